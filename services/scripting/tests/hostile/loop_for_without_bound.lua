-- expect: quota
function after_toolpath(job, path)
  for i = 1, math.huge do end
end
