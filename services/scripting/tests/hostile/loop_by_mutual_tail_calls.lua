-- expect: quota
function after_toolpath(job, path)
  local a, b
  function a() return b() end
  function b() return a() end
  a()
end
