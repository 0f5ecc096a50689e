"""DXF files made by ezdxf, and what tests ask of the drawing that comes out."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import ezdxf
import numpy as np
from rmos.cam_accel.drawing.curves import Curve
from rmos.cam_accel.drawing.model import Drawing
from rmos.cam_accel.drawing.read import read_drawing

Draw = Callable[[Any, Any], object]
ezdxf.options.write_fixed_meta_data_for_testing = True


def dxf(draw: Draw, version: str = "R2010", units: int = 4, binary: bool = False) -> bytes:
    document = ezdxf.new(version, units=units)
    draw(document, document.modelspace())
    if binary:
        raw = io.BytesIO()
        document.write(raw, fmt="bin")
        return raw.getvalue()
    text = io.StringIO()
    document.write(text)
    return text.getvalue().encode()


def read_dxf(draw: Draw, **kwargs: Any) -> Drawing:
    return read_drawing(dxf(draw), **kwargs)


def only(drawing: Drawing) -> Curve:
    (layer,) = drawing.layers
    (part,) = [*layer.contours, *layer.chains]
    return part.curve


def box(curve: Curve) -> list[float]:
    p = curve.flattened(1e-4)
    return [*p.min(axis=0).tolist(), *p.max(axis=0).tolist()]


def only_of(drawing: Drawing, layer: str) -> Curve:
    (contour,) = drawing.layer(layer).contours
    return contour.curve


def distance_to(line: Any, points: Any) -> Any:
    a, d = line[:-1], np.diff(line, axis=0)
    square = np.maximum((d * d).sum(axis=1), 1e-30)
    t = np.clip(((points[:, None] - a) * d).sum(axis=2) / square, 0, 1)
    return np.linalg.norm(points[:, None] - a - t[:, :, None] * d, axis=2).min(axis=1)
