"""Which rules and numbers made a verdict? The hash of the rule pack and the preset pack together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.resources import files

from rmos.feasibility.domain.verdict import SCORERS

_PACKAGE = "rmos.feasibility"


def pack_sha256(presets_sha256: str, scorers: Iterable[str] = SCORERS) -> str:
    """Over the exact bytes of the files of rules and facts, the optional scorers that are on, and the presets' hash."""
    digest = hashlib.sha256()
    folder = files(_PACKAGE)
    digest.update(b"feeds.py\0" + (folder / "feeds.py").read_bytes() + b"\0")
    for part in ("domain", "gather"):
        for source in sorted((folder / part).iterdir(), key=lambda file: file.name):
            if source.name.endswith(".py"):
                digest.update(f"{part}/{source.name}".encode() + b"\0" + source.read_bytes() + b"\0")
    digest.update("\0".join(sorted(scorers)).encode() + b"\0" + presets_sha256.encode())
    return digest.hexdigest()
