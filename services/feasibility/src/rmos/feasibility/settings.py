"""What must feasibility be told? Where the shop keeps presets of its own, its policy, and which optional scorers run."""

from pydantic_settings import BaseSettings, SettingsConfigDict
from rmos.chassis.settings import ServiceSettings
from rmos.contracts.evaluation import Policy


class PolicySettings(BaseSettings):
    """What the command line needs as well, which runs no service."""

    model_config = SettingsConfigDict(env_prefix="RMOS_", frozen=True)

    presets_dir: str = ""
    block_on_red: bool = True
    treat_unknown_as_red: bool = True
    allow_red_override: bool = False
    feasibility_scorers: str = "resonance,units"

    @property
    def policy(self) -> Policy:
        return Policy(
            block_on_red=self.block_on_red, treat_unknown_as_red=self.treat_unknown_as_red,
            allow_red_override=self.allow_red_override,
        )  # fmt: skip

    @property
    def scorers(self) -> tuple[str, ...]:
        return tuple(name for name in (part.strip() for part in self.feasibility_scorers.split(",")) if name)


class Settings(PolicySettings, ServiceSettings):
    pass
