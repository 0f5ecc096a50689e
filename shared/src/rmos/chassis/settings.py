"""What must every service be told? Read from the environment, prefix RMOS_, or from secret files of the same names."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")


class ServiceSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RMOS_", frozen=True, secrets_dir=SECRETS if SECRETS.is_dir() else None)

    nats_url: str
    postgres_dsn: str
    blob_url: str
    redis_url: str = ""
    http_host: str = "127.0.0.1"
    http_port: int = 0
    max_workers: int = 4
    max_deliver: int = 5
    drain_s: float = 20.0
    log_level: str = "INFO"
