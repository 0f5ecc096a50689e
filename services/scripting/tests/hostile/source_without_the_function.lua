-- expect: runtime_error
local x = 1
