"""Colour profiles: what is not sRGB becomes sRGB, what is sRGB stays as it is."""

import struct

import numpy as np
import pytest
from image_bytes import PIXELS, chunk, encoded, png
from PIL import ImageCms

from onpar.parity.image.decode import ImageError, decode

SRGB_D50 = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
P3_D50 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def profile(
    colorants: tuple[tuple[float, float, float], ...], curve: tuple[float, ...] = SRGB_CURVE
) -> bytes:
    """A minimal ICC v4 profile, grey without colorants (D50); one parametric curve (type 3)."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    d50 = (0.9642, 1.0, 0.8249)
    kinds = (b"rXYZ", b"gXYZ", b"bXYZ") if colorants else ()
    curves = (b"rTRC", b"gTRC", b"bTRC") if colorants else (b"kTRC",)
    tags = {b"wtpt": b"XYZ \0\0\0\0" + fixed(*d50)}
    tags |= {
        kind: b"XYZ \0\0\0\0" + fixed(*xyz) for kind, xyz in zip(kinds, colorants, strict=True)
    }
    tags |= {kind: b"para\0\0\0\0\0\3\0\0" + fixed(*curve) for kind in curves}
    offset, table, body = 132 + 12 * len(tags), b"", b""
    for kind, content in tags.items():
        table += kind + struct.pack(">II", offset + len(body), len(content))
        body += content
    header = bytearray(128)
    header[8:24] = b"\4\0\0\0mntr" + (b"RGB " if colorants else b"GRAY") + b"XYZ "
    header[36:40] = b"acsp"
    header[68:80] = fixed(*d50)
    header[0:4] = struct.pack(">I", offset + len(body))
    return bytes(header) + struct.pack(">I", len(tags)) + table + body


@pytest.mark.parametrize(
    "icc",
    [ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), profile(SRGB_D50)],
    ids=["littlecms", "nameless"],
)
def test_a_profile_that_is_srgb_leaves_every_pixel_as_it_is(icc: bytes) -> None:
    cube = np.stack(np.meshgrid(*[np.arange(0, 256, 5, np.uint8)] * 3), -1).reshape(52, -1, 3)
    assert np.array_equal(decode(encoded(cube, icc_profile=icc), "a.png"), cube)


def test_display_p3_becomes_srgb() -> None:
    """Against ICC's own equations in doubles; LittleCMS's 8-bit transform is one level off them."""
    linear = np.where(PIXELS / 255 < 0.04045, PIXELS / 255 / 12.92, (PIXELS / 255 + 0.055) / 1.055)
    linear = np.where(PIXELS / 255 < 0.04045, linear, linear**2.4)
    linear = np.clip(linear @ np.array(P3_D50) @ np.linalg.inv(SRGB_D50), 0, 1)
    curve = np.where(linear < 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    got = decode(encoded(PIXELS, icc_profile=profile(P3_D50)), "a.png")
    assert np.abs(got - curve * 255).max() < 1.5
    assert np.abs(got.astype(int) - PIXELS).max() > 16


def test_a_jpegs_profile_is_converted_too() -> None:
    plain, tagged = (encoded(PIXELS, "JPEG", icc_profile=icc) for icc in (None, profile(P3_D50)))
    as_png = encoded(decode(plain, "a.jpg"), icc_profile=profile(P3_D50))
    assert np.array_equal(decode(tagged, "a.jpg"), decode(as_png, "a.png"))


def test_an_rgb_profile_applies_to_grey_pixels_once_they_are_rgb() -> None:
    icc = profile(P3_D50, (1.8, 1, 0, 0, 0))
    grey, rgb = PIXELS[..., 0], PIXELS[..., [0, 0, 0]]
    expected = decode(encoded(rgb, icc_profile=icc), "a.png")
    assert np.array_equal(decode(encoded(grey, icc_profile=icc), "a.png"), expected)
    assert not np.array_equal(expected, rgb)


def test_a_grey_profile_applies_to_grey_pixels_and_to_no_others() -> None:
    gamma = profile((), (1.8, 1, 0, 0, 0))
    linear = (PIXELS[..., [0, 0, 0]] / 255) ** 1.8
    expected = np.where(linear < 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    got = decode(encoded(PIXELS[..., 0], icc_profile=gamma), "a.png")
    assert np.abs(got - expected * 255).max() < 1.5
    srgb = decode(encoded(PIXELS[..., 0], icc_profile=profile(())), "a.png")
    assert np.array_equal(srgb, PIXELS[..., [0, 0, 0]])
    with pytest.raises(ImageError, match="for GRAY colours, the pixels are RGB"):
        decode(encoded(PIXELS, icc_profile=gamma), "a.png")


@pytest.mark.parametrize("icc", [b"no profile", profile(P3_D50)[:200]])
def test_a_damaged_profile_is_refused(icc: bytes) -> None:
    with pytest.raises(ImageError, match=r"^a\.png: has a colour profile that cannot be used"):
        decode(encoded(PIXELS, icc_profile=icc), "a.png")


def test_a_profile_for_other_colours_is_refused() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    with pytest.raises(ImageError, match=r"for Lab colours, the pixels are RGB.*save it as sRGB"):
        decode(encoded(PIXELS, icc_profile=lab), "a.png")


def test_a_profile_whose_compression_is_damaged_is_refused() -> None:
    """Pillow reads such a file as if it had no profile."""
    rows = b"".join(b"\0" + row.tobytes() for row in PIXELS)
    data = png(20, 12, 8, 2, rows, chunk(b"iCCP", b"p\0\0not zlib"))
    with pytest.raises(ImageError, match="colour profile"):
        decode(data, "a.png")
