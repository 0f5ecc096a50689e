-- expect: quota
function after_toolpath(job, path)
  local t = {}
  local i = 1
  while i > 0 do t[i] = 1
    i = i * 2 end
  t[3], t[5], t[9] = 1, 1, 1
  table.insert(t, 1, 1)
end
