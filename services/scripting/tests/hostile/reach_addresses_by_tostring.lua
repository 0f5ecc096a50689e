-- expect: runtime_error
function after_toolpath(job, path)
  error(tostring({}), 0)
end
