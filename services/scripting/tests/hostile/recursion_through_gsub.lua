-- expect: runtime_error
function after_toolpath(job, path)
  local function f(x) return (x:gsub(".", f)) end
  f("a")
end
