-- expect: result_invalid
function after_toolpath(job, path)
  path.z_mm[2] = -math.huge
end
