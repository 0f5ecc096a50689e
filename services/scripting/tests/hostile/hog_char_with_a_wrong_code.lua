-- expect: runtime_error
function after_toolpath(job, path)
  string.char(1e9)
end
