-- expect: runtime_error
function after_toolpath(job, path)
  if setmetatable == nil then error("out of reach", 0) end
end
