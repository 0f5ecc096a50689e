-- expect: runtime_error
function after_toolpath(job, path)
  setmetatable(_G, {__index = function() error() end})
end
