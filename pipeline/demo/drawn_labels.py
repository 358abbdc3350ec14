"""ImageNet's labels of the drawn classes, which have VOC's names and numbers."""

from __future__ import annotations

from onpar.pipeline.recipes.deeplabv3 import VOC_CLASSES

LABEL_OF = {
    "aeroplane": "airliner",
    "boat": "yawl",
    "bottle": "wine bottle",
    "bus": "school bus",
    "cat": "tabby",
    "chair": "folding chair",
    "person": "ballplayer",
    "pottedplant": "pot",
    "sheep": "ram",
    "tvmonitor": "monitor",
}
"""By the name of a drawn class, the nearest of ImageNet's labels, which has no person, boat or
sheep as such."""


def label_of(drawn: int) -> str:
    """The label of a drawn class, by its number."""
    return LABEL_OF[VOC_CLASSES[drawn]]
