-- expect: runtime_error
function after_toolpath(job, path)
  error(function() while true do end end)
end
