"""PNGs whose colour profiles lie at the limits, for Python, Java and C++ alike."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from PIL import ImageCms

from onpar.parity.limits.limits import MAX_PNG_PROFILE_BYTES, MAX_PROFILE_TAGS

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

HEADER = 128
ENTRY = 12


def png(profile: bytes) -> bytes:
    """One pixel, and the profile."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"iCCP", b"profile\0\0" + zlib.compress(profile)),
        (b"IDAT", zlib.compress(b"\0\x01\x02\x03")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def sized(size: int) -> bytes:
    """sRGB in so many bytes."""
    return struct.pack(">I", size) + SRGB[4:] + bytes(size - len(SRGB))


def tagged(count: int) -> bytes:
    """sRGB with so many tags, of which the last ones share the first one's content."""
    [own] = struct.unpack_from(">I", SRGB, HEADER)
    table, more = HEADER + 4, count - own
    entries = [struct.unpack_from(">4sII", SRGB, table + ENTRY * i) for i in range(own)]
    entries += [(b"x%03d" % i, *entries[0][1:]) for i in range(more)]
    body = SRGB[table + ENTRY * own :]
    rows = b"".join(
        struct.pack(">4sII", name, offset + ENTRY * more, size) for name, offset, size in entries
    )
    whole = SRGB[:HEADER] + struct.pack(">I", count) + rows + body
    return struct.pack(">I", len(whole)) + whole[4:]


SOUND: Mapping[str, bytes] = {
    "largest": png(sized(MAX_PNG_PROFILE_BYTES)),
    "most_tags": png(tagged(MAX_PROFILE_TAGS)),
}

REFUSED: Mapping[str, bytes] = {
    "too_large": png(sized(MAX_PNG_PROFILE_BYTES + 1)),
    "too_many_tags": png(tagged(MAX_PROFILE_TAGS + 1)),
}
