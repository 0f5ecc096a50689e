"""What moves does a G-code program make? The reference reader; `cpp/gcode.cpp` is the same in C++, bit for bit."""

from rmos.cam_accel.gcode.faults import Diagnostic, GcodeError
from rmos.cam_accel.gcode.reader import NO_OFFSETS, OFFSET_CODES, Program, interpret

__all__ = ["NO_OFFSETS", "OFFSET_CODES", "Diagnostic", "GcodeError", "Program", "interpret"]
