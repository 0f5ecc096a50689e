-- expect: runtime_error
function after_toolpath(job, path)
  getmetatable("").__add = function() while true do end end
end
