-- expect: result_invalid
function after_toolpath(job, path)
  path.x_mm[1] = path.x_mm
end
