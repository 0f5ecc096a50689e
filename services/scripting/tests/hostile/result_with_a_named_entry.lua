-- expect: result_invalid
function after_toolpath(job, path)
  path.x_mm.extra = 1
end
