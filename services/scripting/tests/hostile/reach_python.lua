-- expect: runtime_error
function after_toolpath(job, path)
  if python == nil then error("out of reach", 0) end
end
