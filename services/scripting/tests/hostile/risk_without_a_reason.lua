-- expect: runtime_error
function after_toolpath(job, path)
  raise_risk("RED")
end
