-- expect: runtime_error
after_toolpath = "text"
