-- expect: result_invalid
function after_toolpath(job, path)
  path.y_mm[2] = nil
end
