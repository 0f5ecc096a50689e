-- expect: runtime_error
function after_toolpath(job, path)
  table.sort({1, "a", {}})
end
