"""What must scripting be told? What one run of a script may use."""

from rmos.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    script_wall_ms: int = 2000
    script_instructions: int = 50_000_000
    script_memory_mib: int = 64
