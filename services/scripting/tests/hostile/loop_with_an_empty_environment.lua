-- expect: quota
function after_toolpath(job, path)
  local _ENV = {}
  while true do end
end
