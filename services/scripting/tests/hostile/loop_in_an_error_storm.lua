-- expect: quota
function after_toolpath(job, path)
  while true do pcall(error, {}) end
end
