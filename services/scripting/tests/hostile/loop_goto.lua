-- expect: quota
function after_toolpath(job, path)
  ::again:: goto again
end
