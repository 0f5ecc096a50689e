-- expect: ok
function after_toolpath(job, path)
  log(nil)
  log({})
  log("\xff\0\27")
  log(string.rep("x", 1e5))
  log(after_toolpath)
end
