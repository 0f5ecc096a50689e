-- expect: syntax
function after_toolpath(job, path)
  goto nowhere
end
