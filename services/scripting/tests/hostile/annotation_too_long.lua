-- expect: runtime_error
function after_toolpath(job, path)
  annotate(string.rep("x", 401))
end
