"""The confidence interval of a share of images."""

from __future__ import annotations

import math

Z = 1.959964
"""The normal distribution's 97.5th percentile, for 95 %."""


def share_interval(hits: int, images: int) -> tuple[float, float]:
    """The 95 % interval of a share hits / images, 0–1: Wilson's score interval (E. B. Wilson,
    Probable Inference, the Law of Succession, and Statistical Inference, 1927).

    (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Unlike the bootstrap's, it has a width
    where all images agree: of 50 images that all agree, the share of others may be 93 %.
    """
    share, inverse = hits / images, 1 / images
    middle = share + Z * Z * inverse / 2
    reach = Z * math.sqrt(share * (1 - share) * inverse + (Z * inverse / 2) ** 2)
    scale = 1 + Z * Z * inverse
    low, high = (middle - reach) / scale, (middle + reach) / scale
    # At the ends the exact values: rounding would give 0.9999….
    return (0.0 if hits == 0 else low, 1.0 if hits == images else high)
