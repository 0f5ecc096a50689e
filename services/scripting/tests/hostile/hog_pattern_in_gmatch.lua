-- expect: wall_timeout
function after_toolpath(job, path)
  for _ in string.gmatch(string.rep("a", 3000), ".-.-.-.-b") do end
end
