-- expect: quota
function after_toolpath(job, path)
  local t = {}
  for i = 1, 2e5 do t[i] = -i end
  table.sort(t)
end
