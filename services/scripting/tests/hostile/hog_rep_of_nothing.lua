-- expect: ok
function after_toolpath(job, path)
  string.rep("", 2^53)
end
