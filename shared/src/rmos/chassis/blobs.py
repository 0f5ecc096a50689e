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
            self._make_folder(path.parent)
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
        return self._root / digest[:2] / digest

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._root)

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is; Windows has no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
