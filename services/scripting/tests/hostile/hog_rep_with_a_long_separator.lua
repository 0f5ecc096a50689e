-- expect: runtime_error
function after_toolpath(job, path)
  string.rep("", 1 << 20, "xx")
end
