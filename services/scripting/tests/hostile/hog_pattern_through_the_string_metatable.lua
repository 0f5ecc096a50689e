-- expect: wall_timeout
function after_toolpath(job, path)
  return (string.rep("a", 3000)):find(".-.-.-.-b")
end
