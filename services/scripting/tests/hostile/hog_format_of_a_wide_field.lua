-- expect: runtime_error
function after_toolpath(job, path)
  string.format("%99999d", 1)
end
