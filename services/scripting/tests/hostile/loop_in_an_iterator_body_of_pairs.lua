-- expect: quota
function after_toolpath(job, path)
  local t = {1}
  for k in pairs(t) do while true do end end
end
