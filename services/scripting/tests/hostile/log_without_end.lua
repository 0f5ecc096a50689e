-- expect: quota
function after_toolpath(job, path)
  while true do log("x") end
end
