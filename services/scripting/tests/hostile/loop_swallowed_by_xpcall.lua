-- expect: quota
function after_toolpath(job, path)
  xpcall(function() while true do end end, function() return "mine" end)
end
