"""What must cam-accel be told?"""

from typing import Literal

from rmos.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    cpp_accel: Literal["auto", "on", "off"] = "auto"
