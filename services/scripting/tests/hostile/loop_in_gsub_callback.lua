-- expect: quota
function after_toolpath(job, path)
  string.gsub("abc", ".", function() while true do end end)
end
