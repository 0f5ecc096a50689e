-- expect: quota
function after_toolpath(job, path)
  while true do pcall(function() while true do end end) end
end
