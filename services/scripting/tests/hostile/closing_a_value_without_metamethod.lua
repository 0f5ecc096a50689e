-- expect: runtime_error
function after_toolpath(job, path)
  local x <close> = {}
end
