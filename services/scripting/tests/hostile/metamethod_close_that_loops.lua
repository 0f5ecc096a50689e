-- expect: runtime_error
function after_toolpath(job, path)
  local x <close> = setmetatable({}, {__close = function() while true do end end})
end
