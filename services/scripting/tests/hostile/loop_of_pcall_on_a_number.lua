-- expect: quota
function after_toolpath(job, path)
  while true do pcall(1) end
end
