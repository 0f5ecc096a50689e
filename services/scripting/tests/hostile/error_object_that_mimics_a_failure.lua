-- expect: runtime_error
function after_toolpath(job, path)
  error({value = {}, line = {}})
end
