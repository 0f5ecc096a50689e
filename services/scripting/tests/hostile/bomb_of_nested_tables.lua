-- expect: memory
function after_toolpath(job, path)
  local t = {}
  while true do t = {t, {}, {}, {}} end
end
