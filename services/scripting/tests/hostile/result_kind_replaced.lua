-- expect: result_invalid
function after_toolpath(job, path)
  path.kind = {}
end
