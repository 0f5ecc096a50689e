-- expect: runtime_error
function after_toolpath(job, path)
  error("\xff\xfe\0\27[2J")
end
