-- expect: runtime_error
function after_toolpath(job, path)
  local function f() local ok, e = pcall(f)
    error(e, 0) end
  f()
end
