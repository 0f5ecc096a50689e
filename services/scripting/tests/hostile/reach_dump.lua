-- expect: runtime_error
function after_toolpath(job, path)
  string.dump(after_toolpath)
end
