"""What moves does a G-code program make? The reference reader; `cpp/gcode.cpp` is the same in C++, bit for bit."""

from rmos.cam_accel.gcode.dialects import DIALECTS
from rmos.cam_accel.gcode.faults import GRBL_ERRORS, Diagnostic, GcodeError
from rmos.cam_accel.gcode.reader import LIMITS, Limits, Program, interpret
from rmos.cam_accel.gcode.state import NO_OFFSETS, OFFSET_CODES

__all__ = [
    "DIALECTS", "GRBL_ERRORS", "LIMITS", "NO_OFFSETS", "OFFSET_CODES", "Diagnostic", "GcodeError", "Limits", "Program",
    "interpret",
]  # fmt: skip
