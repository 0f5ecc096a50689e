-- expect: quota
function after_toolpath(job, path)
  table.move({}, 1, 1e15, 2)
end
