"""Is this a DXF file that may be loaded? ezdxf reads it, behind a count of its records and a look at the clock."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from ezdxf.document import Drawing as Document
from ezdxf.filemanagement import dxf_stream_info
from ezdxf.lldxf.tagger import ascii_tags_loader, binary_tags_loader
from rmos.cam_accel.drawing.errors import DrawingError, Place
from rmos.cam_accel.drawing.limits import Budget

BINARY_SENTINEL = b"AutoCAD Binary DXF\r\n\x1a\x00"
_HEADER_RECORDS = 20_000
_AGAIN = "export it again as ASCII DXF R2000 or newer"
logging.getLogger("ezdxf").setLevel(logging.ERROR)


def load(data: bytes, budget: Budget) -> tuple[Document, frozenset[str]]:
    """The document, and the names of the header variables that the file itself has. Raises DrawingError for what is no DXF
    file, for a damaged one and beyond the limits."""
    header: set[str] = set()
    try:
        document = Document.load(_counted(_tags(data), budget, header))
    except DrawingError:
        raise
    except RecursionError as error:
        raise DrawingError("too_deep", Place(), "its structure is nested too deep", _AGAIN) from error
    except Exception as error:  # ezdxf raises what Python raises on bytes that no writer wrote
        raise DrawingError("damaged", Place(), f"not readable as DXF: {_plain(error)}", _AGAIN) from error
    budget.time()
    return document, frozenset(header)


def _plain(error: Exception) -> str:
    text = " ".join(str(error).split())
    return (text if len(text) <= 120 else f"{text[:117]}...") or type(error).__name__


def _tags(data: bytes) -> Iterator[Any]:
    if data.startswith(BINARY_SENTINEL):
        return binary_tags_loader(data, errors="replace")
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\x00" in text:
        raise DrawingError("damaged", Place(line=text[: text.index(b"\x00")].count(b"\n") + 1), "a zero byte in text", _AGAIN)
    encoding = dxf_stream_info(io.StringIO(text[:100_000].decode("utf-8", errors="ignore"))).encoding
    return ascii_tags_loader(io.StringIO(text.decode(encoding, errors="replace")))


def _counted(tags: Iterator[Any], budget: Budget, header: set[str]) -> Iterator[Any]:
    """A record begins with group code 0; vertices of old polylines are records too. A file without its end is cut short."""
    most = budget.limits.max_entities + budget.limits.max_edges + _HEADER_RECORDS
    records, ended = 0, False
    for number, tag in enumerate(tags):
        if tag.code == 0:
            records += 1
            ended = tag.value == "EOF"
        elif tag.code == 9 and records < 3:
            header.add(str(tag.value))
        if records > most:
            raise DrawingError("too_many_entities", Place(), f"more than {most} records", "split the drawing")
        if number % 4096 == 0:
            budget.time()
        yield tag
    if not ended:
        raise DrawingError("damaged", Place(), "the file ends before its EOF record", "fetch or export it again")
