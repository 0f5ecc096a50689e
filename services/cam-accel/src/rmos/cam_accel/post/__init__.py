"""How does a toolpath become a controller's program, and is it still the same path when read?"""

from rmos.cam_accel.post.compare import differences
from rmos.cam_accel.post.controllers import CONTROLLERS, Controller, Dialect, controller_of
from rmos.cam_accel.post.faults import PostError
from rmos.cam_accel.post.writer import write

__all__ = ["CONTROLLERS", "Controller", "Dialect", "PostError", "controller_of", "differences", "write"]
