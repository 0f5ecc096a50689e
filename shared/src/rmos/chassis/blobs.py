"""Where do large things live? In a content-addressed folder or bucket: written once, named by the hash of their bytes."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlparse

import obstore
from obstore.store import ObjectStore, from_url
from rmos.contracts.base import BlobRef, sha256_hex


class BlobMissing(Exception):
    pass


class BlobDamaged(Exception):
    """The stored bytes do not hash to their name."""


class BlobStore(Protocol):
    """`get` raises BlobMissing and BlobDamaged."""

    async def put(self, data: bytes, media_type: str) -> BlobRef: ...
    async def get(self, ref: BlobRef) -> bytes: ...


def open_blobs(url: str) -> BlobStore:
    """`file://` for a folder; `s3://`, `gs://`, `az://` for a bucket, with its keys in the environment that its tools use."""
    scheme = urlparse(url).scheme
    if scheme == "file":
        return FileBlobs(url)
    if scheme in ("s3", "gs", "az"):
        return ObjectBlobs(from_url(url))
    raise ValueError(f"blob store {url!r}: expected file://, s3://, gs:// or az://")


class ObjectBlobs:
    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, data: bytes, media_type: str) -> BlobRef:
        digest = sha256_hex(data)
        try:
            await obstore.head_async(self._store, _name(digest))
        except FileNotFoundError:
            await obstore.put_async(self._store, _name(digest), data)
        return BlobRef(sha256=digest, size=len(data), media_type=media_type)

    async def get(self, ref: BlobRef) -> bytes:
        try:
            answer = await obstore.get_async(self._store, _name(ref.sha256))
            return _checked(ref, bytes(await answer.bytes_async()))
        except FileNotFoundError as error:
            raise BlobMissing(f"blob {ref.sha256} is not in the store") from error


class FileBlobs:
    """Safe for many writers: fsync, then rename onto the final name."""

    def __init__(self, url: str) -> None:
        self._root = Path(unquote(urlparse(url).path))

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
        return _checked(ref, data)

    def _path(self, digest: str) -> Path:
        return self._root / _name(digest)

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


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _checked(ref: BlobRef, data: bytes) -> bytes:
    if sha256_hex(data) != ref.sha256:
        raise BlobDamaged(f"blob {ref.sha256}: its bytes have another hash")
    return data


def _sync_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is; Windows has no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
