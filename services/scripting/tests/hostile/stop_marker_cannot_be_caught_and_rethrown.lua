-- expect: quota
function after_toolpath(job, path)
  local ok, caught = pcall(function() while true do end end)
  error(caught, 0)
end
