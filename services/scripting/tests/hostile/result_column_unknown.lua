-- expect: result_invalid
function after_toolpath(job, path)
  path.feed_mm_mn = path.feed_mm_min
end
