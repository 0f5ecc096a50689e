-- expect: result_invalid
function after_toolpath(job, path)
  return {x_mm = {}}
end
