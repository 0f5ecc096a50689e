"""What does the tool leave of the stock, and is that the part? Heights on a grid, the target, the gate and its pictures."""
