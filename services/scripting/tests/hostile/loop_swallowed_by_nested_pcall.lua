-- expect: quota
function after_toolpath(job, path)
  pcall(pcall, pcall, pcall, function() while true do end end)
end
