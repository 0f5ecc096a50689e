-- expect: result_invalid
function after_toolpath(job, path)
  path.n = 1
end
