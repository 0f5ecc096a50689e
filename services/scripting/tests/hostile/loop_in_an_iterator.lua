-- expect: quota
function after_toolpath(job, path)
  for _ in function() return 1 end do end
end
