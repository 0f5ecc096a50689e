-- expect: quota
function after_toolpath(job, path)
  pcall(function() while true do end end)
  annotate("survived")
end
