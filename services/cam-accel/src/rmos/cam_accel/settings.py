"""What must cam-accel be told?"""

from typing import Literal

from pydantic import Field
from rmos.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`cam_benches`: how many processes do long work at once; `cam_memory_mb`: what each may take."""

    cpp_accel: Literal["auto", "on", "off"] = "auto"
    cam_benches: int = Field(default=2, ge=1, le=64)
    cam_memory_mb: int = Field(default=4096, ge=1024)
