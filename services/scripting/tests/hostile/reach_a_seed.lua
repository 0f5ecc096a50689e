-- expect: runtime_error
function after_toolpath(job, path)
  math.randomseed(1)
end
