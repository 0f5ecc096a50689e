-- expect: quota
function after_toolpath(job, path)
  repeat local a = 1 until false
end
