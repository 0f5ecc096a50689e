"""What does the stock look like after the cut? A shaded picture seen from above, with a scale and a legend of depth."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from rmos.cam_accel.simulate.report import Simulation

LONGEST_PX, SHORTEST_PX, MARGIN_PX, LEGEND_PX = 1200, 240, 24, 130
INK, PAPER = (40, 40, 40), (255, 255, 255)
UNCUT = (222, 196, 160)
SHALLOW, DEEP, FAULT = (150, 190, 225), (20, 40, 110), (220, 30, 30)
"""Places that a fault names are ringed."""
MOST_MARKS = 50
Colours = NDArray[np.uint8]


def png(simulation: Simulation) -> bytes:
    """Y points up. The same simulation gives the same bytes: no clock, no metadata."""
    heights = simulation.heights_mm
    scale = _scale(max(heights.shape))
    picture = Image.fromarray(np.ascontiguousarray(_scaled(_shaded(simulation, heights), scale)[::-1]), "RGB")
    wide, high = (
        max(picture.width, SHORTEST_PX) + 2 * MARGIN_PX + LEGEND_PX,
        max(picture.height, SHORTEST_PX) + 3 * MARGIN_PX + 10,
    )
    page = Image.new("RGB", (wide, high), PAPER)
    page.paste(picture, (MARGIN_PX, MARGIN_PX))
    draw = ImageDraw.Draw(page)
    px_per_mm = scale / simulation.grid.cell_mm
    _marks(draw, simulation, px_per_mm, picture.height)
    _scale_bar(draw, px_per_mm, picture.width, MARGIN_PX + picture.height + 14)
    _legend(draw, simulation, page.width - LEGEND_PX, max(picture.height, SHORTEST_PX))
    out = io.BytesIO()
    page.save(out, "PNG", optimize=False)
    return out.getvalue()


def _scale(cells: int) -> float:
    """Pixels of a cell: whole where it is more than one, else one over a whole number."""
    if cells > LONGEST_PX:
        return 1 / math.ceil(cells / LONGEST_PX)
    return float(max(1, min(LONGEST_PX // cells, 8)))


def _scaled(pixels: Colours, scale: float) -> Colours:
    if scale < 1:
        step = round(1 / scale)
        return pixels[::step, ::step]
    return pixels.repeat(int(scale), axis=0).repeat(int(scale), axis=1)


def _shaded(simulation: Simulation, heights: NDArray[np.float64]) -> Colours:
    """By depth, lit from the upper left."""
    top, lowest = simulation.stock.top_mm, simulation.lowest_mm
    share = (top - heights) / max(top - lowest, 1e-9)
    mixed = np.array(SHALLOW) + share[..., None] * (np.array(DEEP) - np.array(SHALLOW))
    colours = np.where((share <= 0)[..., None], np.array(UNCUT), mixed)
    slope_y, slope_x = (_slopes(heights, axis) / simulation.grid.cell_mm for axis in (0, 1))
    light = (1 + 0.7 * (slope_x - slope_y)) / np.sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    lit = colours * np.clip(0.55 + 0.45 * light, 0.35, 1.25)[..., None]
    return np.clip(lit, 0, 255).astype(np.uint8)


def _slopes(heights: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    if heights.shape[axis] < 2:
        return np.zeros(heights.shape)
    return np.asarray(np.gradient(heights, axis=axis), dtype=np.float64)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _marks(draw: ImageDraw.ImageDraw, simulation: Simulation, px_per_mm: float, height_px: int) -> None:
    placed = [fault for fault in simulation.faults if fault.x_mm is not None and fault.y_mm is not None]
    for fault in placed[:MOST_MARKS]:
        x = MARGIN_PX + ((fault.x_mm or 0.0) - simulation.grid.low_x_mm) * px_per_mm
        y = MARGIN_PX + height_px - ((fault.y_mm or 0.0) - simulation.grid.low_y_mm) * px_per_mm
        if 0 <= x < draw.im.size[0] and 0 <= y < draw.im.size[1]:
            draw.ellipse((x - 6, y - 6, x + 6, y + 6), outline=FAULT, width=2)


def _scale_bar(draw: ImageDraw.ImageDraw, px_per_mm: float, width_px: int, y: int) -> None:
    length = round_length_mm(max(width_px, SHORTEST_PX) / px_per_mm / 4)
    end = MARGIN_PX + length * px_per_mm
    draw.line((MARGIN_PX, y, end, y), fill=INK, width=2)
    for x in (MARGIN_PX, end):
        draw.line((x, y - 4, x, y + 4), fill=INK, width=2)
    draw.text((end + 8, y - 8), f"{length:g} mm", fill=INK, font=_font(14))


def round_length_mm(about_mm: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no longer."""
    power = 10.0 ** math.floor(math.log10(max(about_mm, 1e-6)))
    return max(step * power for step in (1, 2, 5) if step * power <= about_mm * (1 + 1e-9))


def _legend(draw: ImageDraw.ImageDraw, simulation: Simulation, x: int, height_px: int) -> None:
    top, lowest = simulation.stock.top_mm, simulation.lowest_mm
    high = min(height_px, 300) - 60
    draw.text((x, MARGIN_PX), "Z in mm", fill=INK, font=_font(14))
    begin = MARGIN_PX + 26
    for n in range(high):
        share = n / max(1, high - 1)
        colour = tuple(round(a + share * (b - a)) for a, b in zip(SHALLOW, DEEP, strict=True))
        draw.line((x, begin + n, x + 18, begin + n), fill=colour)
    for share in (0.0, 0.5, 1.0):
        draw.text((x + 26, begin + share * high - 8), f"{top + share * (lowest - top):.2f}", fill=INK, font=_font(14))
    draw.rectangle((x, begin + high + 12, x + 18, begin + high + 24), fill=UNCUT)
    draw.text((x + 26, begin + high + 10), "not cut", fill=INK, font=_font(14))
    if any(fault.x_mm is not None for fault in simulation.faults):
        draw.ellipse((x + 3, begin + high + 34, x + 15, begin + high + 46), outline=FAULT, width=2)
        draw.text((x + 26, begin + high + 32), "fault", fill=INK, font=_font(14))
