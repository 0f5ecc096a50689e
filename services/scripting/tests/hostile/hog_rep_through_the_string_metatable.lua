-- expect: runtime_error
function after_toolpath(job, path)
  return ("x"):rep(1 << 40)
end
