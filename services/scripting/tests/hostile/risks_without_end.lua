-- expect: runtime_error
function after_toolpath(job, path)
  while true do raise_risk("RED", "x") end
end
