"""The error of an image file, apart from its decoding: commands that decode nothing report it too,
and Pillow would take them a tenth of their start."""

from __future__ import annotations


class ImageError(ValueError):
    """An image file that is refused; the message says which, what was found, and what to do."""
