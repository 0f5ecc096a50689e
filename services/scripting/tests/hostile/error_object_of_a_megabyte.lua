-- expect: runtime_error
function after_toolpath(job, path)
  error(string.rep("x", 1 << 20))
end
