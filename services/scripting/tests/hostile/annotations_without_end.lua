-- expect: runtime_error
function after_toolpath(job, path)
  while true do annotate("x") end
end
