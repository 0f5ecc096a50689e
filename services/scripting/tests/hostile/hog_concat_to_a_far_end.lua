-- expect: runtime_error
function after_toolpath(job, path)
  table.concat({}, "x", 1, 1e15)
end
