-- expect: lint_rejected
Lua
