-- expect: memory
function after_toolpath(job, path)
  pcall(function() local s = "x"
    while true do s = s .. s end end)
  annotate("survived")
end
