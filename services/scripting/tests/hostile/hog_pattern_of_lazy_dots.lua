-- expect: wall_timeout
function after_toolpath(job, path)
  string.find(string.rep("a", 3000), ".-.-.-.-b")
end
