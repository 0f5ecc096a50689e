-- expect: quota
function after_toolpath(job, path)
  local text = string.rep("a", 1000)
  while true do text:find("b", 1, true) end
end
