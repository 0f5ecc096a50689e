-- expect: result_invalid
function after_toolpath(job, path)
  path.spindle_rpm = {1}
end
