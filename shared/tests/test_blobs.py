"""Is a blob what its name says, or an error?"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from obstore.store import LocalStore
from rmos.chassis.blobs import BlobDamaged, BlobMissing, FileBlobs, ObjectBlobs, open_blobs
from rmos.contracts.base import BlobRef


def test_a_blob_comes_back_as_it_went(tmp_path: Path) -> None:
    store = FileBlobs(tmp_path.as_uri())
    assert store.get_sync(store.put_sync(b"G21\n", "text/x-gcode")) == b"G21\n"


@pytest.mark.parametrize("damage", [b"G20\n", b"G21\n more", b""])
def test_a_changed_blob_is_damaged_never_used(damage: bytes, tmp_path: Path) -> None:
    store = FileBlobs(tmp_path.as_uri())
    ref = store.put_sync(b"G21\n", "text/x-gcode")
    next(p for p in tmp_path.rglob("*") if p.is_file()).write_bytes(damage)
    with pytest.raises(BlobDamaged):
        store.get_sync(ref)


def test_a_blob_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BlobMissing):
        FileBlobs(tmp_path.as_uri()).get_sync(BlobRef(sha256="0" * 64, size=1, media_type="x/y"))


def test_many_writers_of_one_blob_leave_one_whole_file(tmp_path: Path) -> None:
    store, data = FileBlobs(tmp_path.as_uri()), bytes(300_000)
    writers = [threading.Thread(target=store.put_sync, args=(data, "x/y")) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    (file,) = (p for p in tmp_path.rglob("*") if p.is_file())
    assert file.read_bytes() == data


@pytest.mark.parametrize("url", ["https://example.invalid/blobs", "blobs", ""])
def test_a_store_of_an_unknown_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="file://"):
        open_blobs(url)


async def test_an_object_store_keeps_the_same_promises(tmp_path: Path) -> None:
    """By the library's folder store: what differs for a bucket is the library's own part."""
    store = ObjectBlobs(LocalStore(tmp_path))
    ref = await store.put(b"G21\n", "text/x-gcode")
    assert await store.put(b"G21\n", "text/x-gcode") == ref
    assert await store.get(ref) == b"G21\n"
    with pytest.raises(BlobMissing):
        await store.get(BlobRef(sha256="0" * 64, size=1, media_type="x/y"))
    for damage in (b"G20\n", b"", b"G21\n more"):
        next(p for p in tmp_path.rglob("*") if p.is_file()).write_bytes(damage)
        with pytest.raises(BlobDamaged):
            await store.get(ref)


async def test_a_folder_and_an_object_store_name_their_blobs_alike(tmp_path: Path) -> None:
    ref = await FileBlobs(tmp_path.as_uri()).put(b"G21\n", "text/x-gcode")
    assert await ObjectBlobs(LocalStore(tmp_path)).get(ref) == b"G21\n"


def test_a_bucket_is_opened_by_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert isinstance(open_blobs("s3://shop/rmos"), ObjectBlobs)
