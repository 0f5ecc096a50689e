-- expect: ok
function after_toolpath(job, path)
  local t = {a = 1, b = 2, c = 3}
  for k in pairs(t) do t[k] = nil
    t.c = nil end
end
