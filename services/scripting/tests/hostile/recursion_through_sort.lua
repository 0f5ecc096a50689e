-- expect: memory
function after_toolpath(job, path)
  local function f() table.sort({2, 1}, f) end
  f()
end
