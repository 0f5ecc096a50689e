-- expect: runtime_error
function after_toolpath(job, path)
  table.unpack({}, 1, 1e7)
end
