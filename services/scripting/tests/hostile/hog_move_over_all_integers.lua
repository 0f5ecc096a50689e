-- expect: quota
function after_toolpath(job, path)
  table.move({}, math.mininteger, math.maxinteger - 1, 2)
end
