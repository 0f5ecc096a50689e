-- expect: runtime_error
function after_toolpath(job, path)
  table.sort(5)
end
