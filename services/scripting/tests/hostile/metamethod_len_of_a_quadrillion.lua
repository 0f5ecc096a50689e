-- expect: runtime_error
function after_toolpath(job, path)
  table.insert(setmetatable({}, {__len = function() return 1e15 end}), 1, 2)
end
