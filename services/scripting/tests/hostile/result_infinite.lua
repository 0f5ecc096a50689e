-- expect: result_invalid
function after_toolpath(job, path)
  path.x_mm[1] = math.huge
end
