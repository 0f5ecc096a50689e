-- expect: runtime_error
function after_toolpath(job, path)
  string.rep("xxxx", math.maxinteger)
end
