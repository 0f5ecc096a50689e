-- expect: runtime_error
function after_toolpath(job, path)
  error(nil)
end
