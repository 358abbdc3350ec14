"""The 1,000 labels of ImageNet's classification, as torchvision's published weights name them."""

from __future__ import annotations

from pathlib import Path

LABELS = tuple(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines())
"""By class: `meta["categories"]` of torchvision's weights (BSD-3-Clause)."""
