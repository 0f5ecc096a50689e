-- expect: runtime_error
function after_toolpath(job, path)
  for _ in pairs() do end
end
