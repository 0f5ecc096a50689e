-- expect: quota
while true do end
