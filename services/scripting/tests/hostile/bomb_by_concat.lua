-- expect: memory
function after_toolpath(job, path)
  local t, part = {}, string.rep("x", 1 << 20)
  for i = 1, 64 do t[i] = part end
  table.concat(t)
end
