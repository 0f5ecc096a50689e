-- expect: runtime_error
function after_toolpath(job, path)
  setmetatable(_ENV, {__index = function() error() end})
end
