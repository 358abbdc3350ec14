"""PNG files written chunk by chunk, with everything that a decoder may meet: every row filter,
1 to 16 bits, palettes, interlacing, and chunks before or behind the pixels.

The section numbers are those of the PNG specification, third edition (W3C, 2025).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Colour types (11.2.1)."""

ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)
"""First row, first column, row step and column step of the seven passes (8.1)."""

UP = 2


def png(
    samples: Samples,
    colour: int,
    depth: int = 8,
    before: bytes = b"",
    behind: bytes = b"",
    interlaced: bool = False,
) -> bytes:
    """A PNG of samples [H, W] or [H, W, channels], each below 2**depth.

    `before` and `behind` are chunks on either side of the pixels. The rows take the five filters
    in turn, so that a decoder needs all of them.
    """
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    passes = [samples]
    if interlaced:
        passes = [samples[top::down, left::across] for top, left, down, across in ADAM7]
    rows = b"".join(row for part in passes if part.size for row in _filtered(part, depth))
    pixels = chunk(b"IDAT", zlib.compress(rows, 9))
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + before + pixels + behind + chunk(b"IEND", b"")


def chunk(kind: bytes, body: bytes) -> bytes:
    """Length, name, content and checksum (5.3)."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def icc_chunk(profile: bytes) -> bytes:
    """An embedded ICC profile (11.3.2.3)."""
    return chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile, 9))


def _filtered(samples: Samples, depth: int) -> Iterator[bytes]:
    """Each row with its filter's number before it (9.2); a row like the one above it is zeros."""
    channels = 1 if samples.ndim == 2 else samples.shape[2]
    lines = _packed(samples.reshape(len(samples), -1), depth)
    back = max(1, channels * depth // 8)
    above = np.zeros(lines.shape[1], np.uint8)
    for number, line in enumerate(lines):
        kind = UP if np.array_equal(line, above) else number % 5
        yield bytes([kind]) + (line - _predicted(kind, line, above, back)).tobytes()
        above = line


def _packed(lines: Samples, depth: int) -> npt.NDArray[np.uint8]:
    """Rows of samples as rows of bytes, the first sample in the highest bits (7.2)."""
    if depth == 8:
        return lines.astype(np.uint8)
    bits = lines[..., np.newaxis] >> np.arange(depth - 1, -1, -1) & 1
    return np.packbits(bits.reshape(len(lines), -1).astype(np.uint8), axis=1)


def _predicted(
    kind: int, line: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], back: int
) -> npt.NDArray[np.uint8]:
    """What the filter expects of each byte (9.2 to 9.4): 0, left, above, their mean, or Paeth's."""
    left, corner = (
        np.concatenate([np.zeros(back, np.uint8), row])[: row.size] for row in (line, above)
    )
    if kind < 3:
        return (np.zeros_like(line), left, above)[kind]
    a, b, c = (row.astype(np.int16) for row in (left, above, corner))
    if kind == 3:
        return ((a + b) // 2).astype(np.uint8)
    distances = np.abs([b - c, a - c, a + b - 2 * c])
    # argmin takes the first of equals, which is Paeth's order: left, above, corner.
    nearest: npt.NDArray[np.uint8] = np.choose(distances.argmin(0), [left, above, corner])
    return nearest
