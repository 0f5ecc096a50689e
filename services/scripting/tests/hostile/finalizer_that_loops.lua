-- expect: runtime_error
function after_toolpath(job, path)
  setmetatable({}, {__gc = function() while true do end end})
end
