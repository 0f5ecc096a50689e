"""What does a task get, and what does it give? Bytes and a request in; an answer and files out. It reads and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from rmos.chassis.errors import Rejected
from rmos.contracts.base import BlobRef, Command, sha256_hex
from rmos.contracts.events import Part


@dataclass(frozen=True)
class TaskOrder:
    """`data`: the bytes of the blob that the request names, None where it names none."""

    request: Command
    data: bytes | None = None
    kernels: Literal["auto", "on", "off"] = "auto"


@dataclass(frozen=True)
class File:
    data: bytes
    media_type: str

    @property
    def ref(self) -> BlobRef:
        return BlobRef(sha256=sha256_hex(self.data), size=len(self.data), media_type=self.media_type)


@dataclass(frozen=True)
class Made:
    """`files`: those that the answer names, by the name of its field."""

    answer: Part
    files: dict[str, File]


def made(answer: type[Part], files: dict[str, File], /, **fields: Any) -> Made:
    """An answer that refers to its files."""
    refs = {name: file.ref for name, file in files.items()}
    return Made(answer.model_validate({**fields, **refs}), files)


def named_blob(request: Any) -> tuple[str, BlobRef] | None:
    """The blob that a request names, with its place in it."""
    return next(_blobs(request), None)


def _blobs(request: Any) -> Iterator[tuple[str, BlobRef]]:
    source = getattr(request, "source", None)
    for pointer, owner, name in (
        ("/source/program", source, "program"), ("/source/toolpath", source, "toolpath"),
        ("/toolpath", request, "toolpath"), ("/drawing", request, "drawing"),
    ):  # fmt: skip
        ref = getattr(owner, name, None)
        if isinstance(ref, BlobRef):
            yield pointer, ref


def data_of(order: TaskOrder, pointer: str) -> bytes:
    if order.data is None:
        raise Rejected("blob", "the bytes of the blob are missing", pointer)
    return order.data
