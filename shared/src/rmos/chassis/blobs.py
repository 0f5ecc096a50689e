"""Where do large things live? In a content-addressed folder: written once, named by the hash of their bytes."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlparse

from rmos.contracts.base import BlobRef, sha256_hex


class BlobMissing(Exception):
    pass


class BlobDamaged(Exception):
    """The stored bytes do not hash to their name."""


class BlobStore:
    """`file://` store. Safe for many writers: fsync, then rename onto the final name."""

    def __init__(self, url: str) -> None:
        parts = urlparse(url)
        if parts.scheme != "file":
            raise ValueError(f"blob store {url!r}: only file:// is supported")
        self._root = Path(unquote(parts.path))

    async def put(self, data: bytes, media_type: str) -> BlobRef:
        return await asyncio.to_thread(self.put_sync, data, media_type)

    async def get(self, ref: BlobRef) -> bytes:
        return await asyncio.to_thread(self.get_sync, ref)

    def put_sync(self, data: bytes, media_type: str) -> BlobRef:
        digest = sha256_hex(data)
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, data)
        return BlobRef(sha256=digest, size=len(data), media_type=media_type)

    def get_sync(self, ref: BlobRef) -> bytes:
        path = self._path(ref.sha256)
        try:
            if path.stat().st_size != ref.size:
                raise BlobDamaged(f"blob {ref.sha256}: {path.stat().st_size} bytes, {ref.size} expected")
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(f"blob {ref.sha256} is not in the store") from error
        if sha256_hex(data) != ref.sha256:
            raise BlobDamaged(f"blob {ref.sha256}: its bytes have another hash")
        return data

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest[2:4] / digest

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        if os.name == "posix":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
