-- expect: quota
function after_toolpath(job, path)
  table.sort({3, 2, 1}, function() while true do end end)
end
