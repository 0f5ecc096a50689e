-- expect: runtime_error
function after_toolpath(job, path)
  error(string.format("%s", after_toolpath), 0)
end
