"""What must cam-accel be told?"""

from typing import Literal

from pydantic import Field
from rmos.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """`cam_benches`: how many processes do what clients ask for, `cam_job_benches`: and how many the jobs of the bus;
    `cam_memory_mb`: what each may take; `cam_job_limit_s`: how long a job may be planned, and how long proven."""

    cpp_accel: Literal["auto", "on", "off"] = "auto"
    cam_benches: int = Field(default=2, ge=1, le=64)
    cam_job_benches: int = Field(default=2, ge=1, le=64)
    cam_job_limit_s: float = Field(default=600.0, gt=0, le=86_400)
    cam_memory_mb: int = Field(default=4096, ge=1024)
