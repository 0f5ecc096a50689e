"""Where is the middle of a shape, and how wide is the shape there? Its medial axis, with the exact distance to the edge.

The axis is found between points sampled along the edge (their Voronoi diagram); the distance at each of its points is then
taken to the edge itself, so that a disc there never reaches beyond it.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from rmos.cam_accel.plan.cut import PlanError

Chain = NDArray[np.float64]
"""(n, 3): X, Y and the distance to the edge, along one branch; a single row is a place of its own."""
FINEST_MM, USUAL_MM, COARSEST_MM, SAMPLES, MOST_SAMPLES = 0.05, 0.2, 0.5, 5_000, 40_000
"""Distances of samples along the edge: `SAMPLES` of them where that lies between the first two; never more than the most."""
MERGED_DECIMALS, COVERED_MM, SIMPLE_MM = 6, 0.004, 0.001
ROUNDED_DECIMALS, HELD_MM = (6, 5, 4), 1e-4
SHARP_DEG = 170.0


def medial_axis(shape: shapely.Polygon, pointer: str) -> list[Chain]:
    """Branches between junctions and ends, corners included. Raises PlanError where the edge is too long to be sampled."""
    step = _step(shape, pointer)
    graph = _graph(shape, step)
    _attach_corners(graph, shape)
    _prune(graph)
    shapely.prepare(shape.boundary)
    return [_simple(_refined(chain, shape, step)) for chain in _chains(graph)]


def _step(shape: shapely.Polygon, pointer: str) -> float:
    length = float(shape.length)
    step = max(min(max(FINEST_MM, length / SAMPLES), USUAL_MM), length / MOST_SAMPLES)
    if step > COARSEST_MM:
        raise PlanError(pointer, f"an edge of {length:.0f} mm is too long to be carved exactly: split the drawing")
    return step


@dataclass
class _Graph:
    """Nodes by number, in the order of their coordinates."""

    x: list[float]
    y: list[float]
    radius: list[float]
    near: dict[int, set[int]]

    def link(self, a: int, b: int) -> None:
        self.near[a].add(b)
        self.near[b].add(a)

    def gap(self, a: int, b: int) -> float:
        return math.dist((self.x[a], self.y[a]), (self.x[b], self.y[b]))


def _graph(shape: shapely.Polygon, step: float) -> _Graph:
    """Voronoi edges that lie inside."""
    a, b = _voronoi(np.unique(shapely.get_coordinates(shapely.segmentize(shape, step)), axis=0))
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, a[:, 0], a[:, 1]) & shapely.contains_xy(shape, b[:, 0], b[:, 1])
    a, b = a[inside], b[inside]
    whole = shapely.contains_properly(shape, shapely.linestrings(np.stack((a, b), axis=1)))
    nodes, index = np.unique(np.vstack((a[whole], b[whole])), axis=0, return_inverse=True)
    index = index.reshape(2, -1)
    radius = shapely.distance(shapely.points(nodes), shape.boundary)
    graph = _Graph(nodes[:, 0].tolist(), nodes[:, 1].tolist(), radius.tolist(), defaultdict(set))
    for m, n in zip(index[0].tolist(), index[1].tolist(), strict=True):
        if m != n:
            graph.link(m, n)
    return graph


def _voronoi(sites: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the edges between any two triangles of the Delaunay triangulation that share a side: their middles."""
    corners = shapely.get_coordinates(_triangles(sites)).reshape(-1, 4, 2)[:, :3]
    numbers = np.unique(corners.reshape(-1, 2), axis=0, return_inverse=True)[1].reshape(-1, 3)
    middles = np.round(_middles(corners), MERGED_DECIMALS)
    sides = np.sort(np.vstack((numbers[:, [0, 1]], numbers[:, [1, 2]], numbers[:, [2, 0]])), axis=1)
    owner = np.tile(np.arange(len(numbers)), 3)
    order = np.lexsort((owner, sides[:, 1], sides[:, 0]))
    sides, owner = sides[order], owner[order]
    shared = (sides[1:] == sides[:-1]).all(axis=1)
    return middles[owner[:-1][shared]], middles[owner[1:][shared]]


def _triangles(sites: NDArray[np.float64]) -> Any:
    """GEOS cannot place some sites that lie on one line or circle but for their last bits, or joins them falsely: then they
    move by a nanometre or more."""
    for decimals in ROUNDED_DECIMALS:
        try:
            found = _delaunay(sites)
            if _are_empty(found, sites):
                return found
        except shapely.errors.GEOSException:
            pass
        sites = np.unique(np.round(sites, decimals), axis=0)
    return _delaunay(sites)


def _are_empty(triangles: Any, sites: NDArray[np.float64]) -> bool:
    """Does no circle through the corners of a triangle, its middle among the sites, hold another site?"""
    corners = shapely.get_coordinates(triangles).reshape(-1, 4, 2)[:, :3]
    middles = _middles(corners)
    among = ((middles > sites.min(axis=0)) & (middles < sites.max(axis=0))).all(axis=1)
    middles, corners = middles[among], corners[among]
    radii = np.sqrt(((corners - middles[:, None]) ** 2).sum(axis=2)).min(axis=1)
    tree = shapely.STRtree(shapely.points(sites))
    gaps = tree.query_nearest(shapely.points(middles), return_distance=True, all_matches=False)[1]
    return bool((gaps >= radii - HELD_MM).all())


def _delaunay(sites: NDArray[np.float64]) -> Any:
    return shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(sites)))


def _middles(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the circles through three points each."""
    origin = corners[:, 0]
    b, c = corners[:, 1] - origin, corners[:, 2] - origin
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    bb, cc = (b**2).sum(axis=1), (c**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        offset = np.column_stack((c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb)) / twice[:, None]
    found: NDArray[np.float64] = np.where(np.isfinite(offset), offset, 1e9) + origin
    return found


def _attach_corners(graph: _Graph, shape: shapely.Polygon) -> None:
    """The axis ends in every corner that the shape has."""
    tree = shapely.STRtree(shapely.points(graph.x, graph.y)) if graph.x else None
    for x, y in _corners(shape):
        if tree is None:
            return
        nearest = int(tree.nearest(shapely.Point(x, y)))
        if shape.covers(shapely.LineString([(x, y), (graph.x[nearest], graph.y[nearest])])):
            graph.x.append(x)
            graph.y.append(y)
            graph.radius.append(0.0)
            graph.link(nearest, len(graph.x) - 1)


def _corners(shape: shapely.Polygon) -> list[tuple[float, float]]:
    """Convex ones, seen from inside."""
    found = []
    for ring in shapely.orient_polygons(shape).exterior, *shapely.orient_polygons(shape).interiors:
        p = shapely.get_coordinates(ring)[:-1]
        before, after = p - np.roll(p, 1, axis=0), np.roll(p, -1, axis=0) - p
        turn = np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1))
        found += [(float(x), float(y)) for x, y in p[turn > math.radians(180 - SHARP_DEG)]]
    return found


def _prune(graph: _Graph) -> None:
    """Takes away ends whose discs lie within that of their neighbour, but for a few micrometres in all."""
    beyond = [0.0] * len(graph.x)
    ends = deque(n for n in sorted(graph.near) if len(graph.near[n]) == 1)
    while ends:
        n = ends.popleft()
        if len(graph.near[n]) != 1:
            continue
        (other,) = graph.near[n]
        reach = beyond[n] + graph.gap(n, other) + graph.radius[n] - graph.radius[other]
        if reach > COVERED_MM:
            continue
        graph.near[other].discard(n)
        del graph.near[n]
        beyond[other] = max(beyond[other], reach)
        if len(graph.near[other]) == 1:
            ends.append(other)


def _chains(graph: _Graph) -> list[Chain]:
    found: list[list[int]] = []
    done: set[tuple[int, int]] = set()
    joints = [n for n in sorted(graph.near) if len(graph.near[n]) != 2]
    for start in (*joints, *sorted(graph.near)):
        if not graph.near[start]:
            found.append([start])
        for second in sorted(graph.near[start]):
            if (start, second) not in done:
                found.append(_walk(graph, start, second, done))
    return [np.array([(graph.x[n], graph.y[n], graph.radius[n]) for n in chain]) for chain in found]


def _walk(graph: _Graph, start: int, second: int, done: set[tuple[int, int]]) -> list[int]:
    """To the next joint or end, or round to where it began."""
    chain = [start, second]
    while True:
        done |= {(chain[-2], chain[-1]), (chain[-1], chain[-2])}
        here = chain[-1]
        if len(graph.near[here]) != 2 or here == start:
            return chain
        (onwards,) = graph.near[here] - {chain[-2]}
        chain.append(onwards)


def _refined(chain: Chain, shape: shapely.Polygon, step: float) -> Chain:
    """Long pieces are divided, since beside an edge's inner corner the distance bends between their ends."""
    if len(chain) < 2:
        return chain
    counts = np.maximum(1, np.ceil(np.sqrt((np.diff(chain[:, :2], axis=0) ** 2).sum(axis=1)) / step)).astype(int)
    if (counts == 1).all():
        return chain
    rows: list[Any] = [chain[:1]]
    for a, b, count in zip(chain[:-1], chain[1:], counts.tolist(), strict=True):
        rows.append(a + (b - a) * (np.arange(1, count + 1) / count)[:, None])
        between = rows[-1][:-1]
        between[:, 2] = shapely.distance(shapely.points(between[:, :2]), shape.boundary)
        rows[-1][-1] = b
    return np.vstack(rows)


def _simple(chain: Chain) -> Chain:
    """Without points that lie on the line between others, in place and in distance, to a micrometre."""
    keep = np.zeros(len(chain), dtype=bool)
    keep[[0, -1]] = True
    parts = [(0, len(chain) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        inner, a, way = chain[first + 1 : last], chain[first], chain[last] - chain[first]
        length = float(way @ way)
        share = np.clip((inner - a) @ way / length, 0, 1) if length > 0 else np.zeros(len(inner))
        off = np.sqrt(((inner - a - share[:, None] * way) ** 2).sum(axis=1))
        worst = int(np.argmax(off))
        if off[worst] > SIMPLE_MM:
            keep[first + 1 + worst] = True
            parts += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return chain[keep]
