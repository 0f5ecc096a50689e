-- expect: runtime_error
function after_toolpath(job, path)
  error(setmetatable({}, {__tostring = function() while true do end end}))
end
