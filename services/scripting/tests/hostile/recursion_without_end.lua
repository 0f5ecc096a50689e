-- expect: memory
function after_toolpath(job, path)
  local function f() return 1 + f() end
  f()
end
