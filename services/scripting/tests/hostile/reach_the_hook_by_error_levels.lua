-- expect: runtime_error
function after_toolpath(job, path)
  error("deep", 1000000)
end
