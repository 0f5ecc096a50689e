-- expect: result_invalid
function after_toolpath(job, path)
  return "done"
end
