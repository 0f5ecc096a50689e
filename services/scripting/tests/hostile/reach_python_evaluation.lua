-- expect: runtime_error
function after_toolpath(job, path)
  python.eval("1")
end
