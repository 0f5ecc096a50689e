-- expect: memory
function after_toolpath(job, path)
  local s = "x"
  while true do s = s .. s end
end
