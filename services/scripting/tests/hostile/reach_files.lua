-- expect: runtime_error
function after_toolpath(job, path)
  io.open("/etc/passwd")
end
