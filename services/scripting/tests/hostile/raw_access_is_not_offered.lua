-- expect: runtime_error
function after_toolpath(job, path)
  rawset(_ENV, "x", 1)
end
