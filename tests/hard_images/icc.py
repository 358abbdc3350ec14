"""ICC profiles of three primaries, white D65 and sRGB's curve: a matrix and curves (ICC.1:2022).

The section numbers in brackets are those of ICC.1:2022.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Primaries = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""CIE xy of red, green and blue."""

D65 = np.array((0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290))
D50 = np.array((0.9642, 1.0, 0.8249))
"""CIE XYZ of the white points: of the two colour spaces, and of ICC's connection space (7.2.16)."""

BRADFORD = np.array(
    ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
)
"""Which annex E recommends for the adaptation from D65 to D50."""

SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""g, a, b, c, d of parametric curve type 3 (10.18): (a·x + b)^g from d on, below it c·x."""


def to_xyz(primaries: Primaries) -> F64:
    """Linear RGB to CIE XYZ under D65, f64 [3, 3]: (1, 1, 1) is white (SMPTE RP 177)."""
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in primaries]).T
    return columns * np.linalg.solve(columns, D65)


def profile(primaries: Primaries, name: str, curve: bytes = b"") -> bytes:
    """A version 4 display profile of these primaries, white D65 and sRGB's curve, or another tag
    of a curve (10.6, 10.18)."""
    adaptation = np.linalg.inv(BRADFORD) @ np.diag(BRADFORD @ D50 / (BRADFORD @ D65)) @ BRADFORD
    red, green, blue = (adaptation @ to_xyz(primaries)).T
    curve = curve or parametric(3, SRGB_CURVE)
    return _icc(
        {
            b"desc": _text(name),
            b"cprt": _text("CC0"),
            b"wtpt": b"XYZ \0\0\0\0" + _fixed(D50),
            b"chad": b"sf32\0\0\0\0" + _fixed(adaptation.ravel()),
            b"rXYZ": b"XYZ \0\0\0\0" + _fixed(red),
            b"gXYZ": b"XYZ \0\0\0\0" + _fixed(green),
            b"bXYZ": b"XYZ \0\0\0\0" + _fixed(blue),
            b"rTRC": curve,
            b"gTRC": curve,
            b"bTRC": curve,
        }
    )


def parametric(function: int, parameters: tuple[float, ...]) -> bytes:
    """A parametric curve: g, a, b, c, d, e, f, as far as its function has them (10.18)."""
    return b"para\0\0\0\0" + struct.pack(">H2x", function) + _fixed(parameters)


def sampled(values: F64 | tuple[float, ...]) -> bytes:
    """A curve of samples, 0 to 1 (10.6)."""
    samples = np.rint(np.asarray(values) * 65535).astype(">u2")
    data: bytes = samples.tobytes()
    return b"curv\0\0\0\0" + struct.pack(">I", samples.size) + data


def gamma(exponent: float) -> bytes:
    """A curve that is a power (10.6)."""
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256))


def _icc(tags: dict[bytes, bytes]) -> bytes:
    """Header, tag table and tags, each tag padded to 4 bytes (7.1)."""
    offset, table, body = 132 + 12 * len(tags), b"", b""
    for kind, content in tags.items():
        table += kind + struct.pack(">II", offset + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(">I4xI4s4s4s", offset + len(body), 0x04400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s28x", 2026, 1, 1, 0, 0, 0, b"acsp") + _fixed(D50) + bytes(48)
    return header + struct.pack(">I", len(tags)) + table + body


def _fixed(values: F64 | tuple[float, ...]) -> bytes:
    """Big-endian s15Fixed16 numbers (4.6)."""
    fixed: bytes = np.rint(np.asarray(values) * 65536).astype(">i4").tobytes()
    return fixed


def _text(text: str) -> bytes:
    """multiLocalizedUnicodeType of one English record (10.15)."""
    utf16 = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(utf16), 28) + utf16
