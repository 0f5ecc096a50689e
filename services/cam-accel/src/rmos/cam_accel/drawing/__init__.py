"""What does a drawing hold, in millimetres, and is it fit to be cut? DXF and SVG, from hands that are not trusted."""
