-- expect: quota
function after_toolpath(job, path)
  local t = {1, 2, 3}
  while true do for _ in ipairs(t) do end end
end
