-- expect: syntax
this is not lua
