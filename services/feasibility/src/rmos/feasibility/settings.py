"""What must feasibility be told? Nothing beyond what every service is told."""

from rmos.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    pass
