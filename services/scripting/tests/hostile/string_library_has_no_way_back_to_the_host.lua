-- expect: runtime_error
function after_toolpath(job, path)
  local s = "x"
  return s.dump(after_toolpath)
end
