-- expect: wall_timeout
function after_toolpath(job, path)
  string.gsub(string.rep("a", 3000), ".-.-.-.-b", "")
end
