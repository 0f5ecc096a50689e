-- expect: result_invalid
function after_toolpath(job, path)
  path.x_mm[path.n + 1] = 1
end
