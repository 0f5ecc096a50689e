-- expect: memory
function after_toolpath(job, path)
  string.gsub(string.rep("x", 1 << 20), ".", string.rep("y", 1000))
end
