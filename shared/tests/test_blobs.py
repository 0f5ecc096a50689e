"""Is a blob what its name says, or an error?"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from rmos.chassis.blobs import BlobDamaged, BlobMissing, BlobStore
from rmos.contracts.base import BlobRef


def test_a_blob_comes_back_as_it_went(tmp_path: Path) -> None:
    store = BlobStore(tmp_path.as_uri())
    assert store.get_sync(store.put_sync(b"G21\n", "text/x-gcode")) == b"G21\n"


@pytest.mark.parametrize("damage", [b"G20\n", b"G21\n more", b""])
def test_a_changed_blob_is_damaged_never_used(damage: bytes, tmp_path: Path) -> None:
    store = BlobStore(tmp_path.as_uri())
    ref = store.put_sync(b"G21\n", "text/x-gcode")
    next(p for p in tmp_path.rglob("*") if p.is_file()).write_bytes(damage)
    with pytest.raises(BlobDamaged):
        store.get_sync(ref)


def test_a_blob_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BlobMissing):
        BlobStore(tmp_path.as_uri()).get_sync(BlobRef(sha256="0" * 64, size=1, media_type="x/y"))


def test_many_writers_of_one_blob_leave_one_whole_file(tmp_path: Path) -> None:
    store, data = BlobStore(tmp_path.as_uri()), bytes(300_000)
    writers = [threading.Thread(target=store.put_sync, args=(data, "x/y")) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    (file,) = (p for p in tmp_path.rglob("*") if p.is_file())
    assert file.read_bytes() == data


def test_a_store_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="file://"):
        BlobStore("https://example.invalid/blobs")
