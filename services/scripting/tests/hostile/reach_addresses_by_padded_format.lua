-- expect: runtime_error
function after_toolpath(job, path)
  string.format("%-20p", "x")
end
