-- expect: runtime_error
function after_toolpath(job, path)
  _G.x = 1
end
