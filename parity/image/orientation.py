"""EXIF orientation: from pixels as the camera stored them to pixels as a viewer shows them."""

from __future__ import annotations

from PIL import Image

ORIENTATION_TAG = 0x0112

UPRIGHT_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each orientation (Exif 2.32, 4.6.4, tag 0x0112)."""


def upright(pixels: Image.Image, exif: bytes) -> Image.Image:
    """Undo the orientation that an EXIF block states; 1, none and unknown values change nothing.

    Like ImageOps.exif_transpose, which however also reads an XMP packet's `tiff:Orientation` and
    ImageMagick's text chunk. Decoders on phones ignore both.
    Raises Pillow's errors (SyntaxError, struct.error, ...) for a block that is not EXIF.
    """
    tags = Image.Exif()
    tags.load(exif)
    method = UPRIGHT_TRANSPOSE.get(tags.get(ORIENTATION_TAG, 1))
    return pixels if method is None else pixels.transpose(method)
