-- expect: wall_timeout
function after_toolpath(job, path)
  pcall(string.match, string.rep("a", 3000), "(.-)(.-)(.-)(.-)b")
end
