-- expect: quota
function after_toolpath(job, path)
  local text = string.rep("x", 1 << 20)
  while true do text:upper() end
end
