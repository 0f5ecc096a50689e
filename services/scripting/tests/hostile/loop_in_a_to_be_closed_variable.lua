-- expect: quota
function after_toolpath(job, path)
  local t = {}
  local f <const> = function() while true do end end
  f(t)
end
