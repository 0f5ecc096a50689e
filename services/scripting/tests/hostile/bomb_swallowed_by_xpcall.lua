-- expect: memory
function after_toolpath(job, path)
  xpcall(function() local s = "x"
    while true do s = s .. s end end, function() end)
  annotate("survived")
end
