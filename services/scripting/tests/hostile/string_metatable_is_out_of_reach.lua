-- expect: runtime_error
function after_toolpath(job, path)
  getmetatable("").__index = nil
end
