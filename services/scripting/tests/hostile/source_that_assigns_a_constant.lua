-- expect: syntax
function after_toolpath(job, path)
  local a <const> = 1
  a = 2
end
