-- expect: runtime_error
function after_toolpath(job, path)
  string.upper = function() return "mine" end
  if ("a"):upper() ~= "A" then annotate("tampered") else error("intact", 0) end
end
