-- expect: runtime_error
function after_toolpath(job, path)
  annotate("\xff")
end
