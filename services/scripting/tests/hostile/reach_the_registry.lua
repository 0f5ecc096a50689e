-- expect: runtime_error
function after_toolpath(job, path)
  debug.getregistry()
end
