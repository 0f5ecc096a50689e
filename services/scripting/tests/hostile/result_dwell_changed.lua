-- expect: result_invalid
function after_toolpath(job, path)
  path.dwell_s[1] = 9
end
