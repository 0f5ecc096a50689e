-- Halve the feed of moves shorter than 2 mm.
function after_toolpath(job, path)
  for n = 2, path.n do
    local dx, dy = path.x_mm[n] - path.x_mm[n - 1], path.y_mm[n] - path.y_mm[n - 1]
    if path.kind[n] == 'linear' and dx * dx + dy * dy < 4 then
      path.feed_mm_min[n] = path.feed_mm_min[n] / 2
    end
  end
end
