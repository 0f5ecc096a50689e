-- expect: memory
function after_toolpath(job, path)
  error("not enough memory", 0)
end
