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
    sources = [folder / "feeds.py", folder / "gather.py", *sorted((folder / "domain").iterdir(), key=lambda file: file.name)]
    for source in sources:
        if source.name.endswith(".py"):
            digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    digest.update("\0".join(sorted(scorers)).encode() + b"\0" + presets_sha256.encode())
    return digest.hexdigest()
