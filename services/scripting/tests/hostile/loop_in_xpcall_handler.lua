-- expect: quota
function after_toolpath(job, path)
  xpcall(error, function() while true do end end, "x")
end
