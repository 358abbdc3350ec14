"""The kinds of PNG: every decoder must be equal to the samples that were written."""

from __future__ import annotations

import numpy as np
from hard_images import png as p
from hard_images.case import EYE, U8, Case
from PIL import Image

LOW_ALPHA = np.array((0, 1, 3, 16, 128, 255), np.uint8)
"""Premultiplied in 8 bits, colours under 0 would be lost, and under 1, 3 and 16 nearly so."""


def png_cases() -> list[Case]:
    """Grey, palette, RGB and alpha of 1 to 16 bits, interlaced, cut and damaged."""
    eye, grey = EYE.pixels, EYE.pixels[..., 1]
    alpha = np.resize(LOW_ALPHA, grey.shape)
    colour_0 = b"".join(b"\0" + bytes([level]) for level in eye[0, 0])
    whole = p.png(eye, p.RGB)
    return [
        _case("grey.png", "grey", p.png(grey, p.GREY), _rgb(grey)),
        *(_few_bits(depth) for depth in (1, 2, 4)),
        _case(
            "grey_alpha.png",
            "grey with alpha 0, 1, 3, ...: the alpha is dropped, the grey under it stays",
            p.png(np.dstack([grey, alpha]), p.GREY_ALPHA),
            _rgb(grey),
        ),
        _palette("palette.png", "a palette of 256 colours", 256),
        _palette("palette_4bit.png", "a palette of 16 colours, 4 bits a pixel", 16, depth=4),
        _palette(
            "palette_alpha.png",
            "a palette with an alpha of 0, 1, 3, ... for 40 of its 64 colours: it is dropped",
            64,
            alpha=np.resize(LOW_ALPHA, 40).tobytes(),
        ),
        _case(
            "transparent_colour.png",
            "RGB of which one colour counts as transparent (tRNS): it is a colour like any other",
            p.png(eye, p.RGB, before=p.chunk(b"tRNS", colour_0)),
            eye,
        ),
        _case(
            "rgba_low_alpha.png",
            "RGBA with alpha 0, 1, 3, ...: the alpha is dropped, the colours under it stay",
            p.png(np.dstack([eye, alpha]), p.RGBA),
            eye,
        ),
        _case(
            "interlaced.png", "RGB in Adam7's seven passes", p.png(eye, p.RGB, interlaced=True), eye
        ),
        _refused("rgb_16bit.png", "RGB of 16 bits", p.png(_wide(eye), p.RGB, 16), "bits"),
        _refused("grey_16bit.png", "grey of 16 bits", p.png(_wide(grey), p.GREY, 16), "bits"),
        _refused("cut.png", "ends in the middle of its pixels", whole[: len(whole) // 2], "broken"),
        _refused("flipped_bit.png", "one bit of its pixels is wrong", _flipped(whole), "broken"),
    ]


def _few_bits(depth: int) -> Case:
    levels: U8 = EYE.pixels[..., 1] >> np.uint8(8 - depth)
    return _case(
        f"grey_{depth}bit.png",
        f"grey of {depth} bit{'s' if depth > 1 else ''} a pixel, from black to white",
        p.png(levels, p.GREY, depth),
        _rgb(levels * np.uint8(255 // (2**depth - 1))),
    )


def _palette(file: str, what: str, colours: int, depth: int = 8, alpha: bytes = b"") -> Case:
    image = Image.fromarray(EYE.pixels).quantize(colours)
    indices = np.asarray(image)
    palette = np.array(image.getpalette(), np.uint8).reshape(-1, 3)
    chunks = p.chunk(b"PLTE", palette.tobytes()) + (p.chunk(b"tRNS", alpha) if alpha else b"")
    return _case(file, what, p.png(indices, p.PALETTE, depth, before=chunks), palette[indices])


def _wide(levels: U8) -> p.Samples:
    return levels * np.uint16(257)


def _rgb(grey: U8) -> U8:
    return np.repeat(grey[..., np.newaxis], 3, 2)


def _flipped(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _case(file: str, what: str, data: bytes, pixels: U8) -> Case:
    return Case(file, what, EYE, data, pixels)


def _refused(file: str, what: str, data: bytes, reason: str) -> Case:
    return Case(file, what, EYE, data, refused=reason)
