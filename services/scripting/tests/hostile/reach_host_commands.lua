-- expect: runtime_error
function after_toolpath(job, path)
  os.execute("id")
end
