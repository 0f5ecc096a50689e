-- expect: runtime_error
function after_toolpath(job, path)
  if arg == nil then error("out of reach", 0) end
end
