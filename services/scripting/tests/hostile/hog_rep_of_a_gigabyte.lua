-- expect: runtime_error
function after_toolpath(job, path)
  string.rep("x", 1e9)
end
