-- expect: ok
function after_toolpath(job, path)
  job.params = nil
  job = nil
end
