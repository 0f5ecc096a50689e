-- expect: runtime_error
function after_toolpath(job, path)
  local t = setmetatable({}, {__index = function() while true do end end})
  return t.x
end
