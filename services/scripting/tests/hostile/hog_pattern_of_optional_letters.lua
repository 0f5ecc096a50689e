-- expect: wall_timeout
function after_toolpath(job, path)
  string.find(string.rep("a", 28), string.rep("a?", 28) .. string.rep("a", 28))
end
