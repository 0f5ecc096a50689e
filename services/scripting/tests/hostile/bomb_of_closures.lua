-- expect: memory
function after_toolpath(job, path)
  local t
  while true do local u = t
    t = function() return u end end
end
