-- expect: runtime_error
function after_toolpath(job, path)
  if io == nil then error("out of reach", 0) end
end
