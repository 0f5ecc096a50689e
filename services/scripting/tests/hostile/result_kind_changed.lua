-- expect: result_invalid
function after_toolpath(job, path)
  path.kind[1] = "dwell"
end
