-- expect: runtime_error
function after_toolpath(job, path)
  package.loaded.os.exit(0)
end
