"""How an evaluation is shown, by the last step of the model's chain: a line for each, and files of
its tables and of what it shows of an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.spread import Worst
from onpar.parity.report.page.evaluated import label_tables, pixel_tables
from onpar.parity.report.page.evaluated.classmap_tables import classmap_tables
from onpar.parity.report.page.evaluated.label_lists import label_lists
from onpar.parity.report.page.evaluated.map_pictures import map_pictures
from onpar.parity.report.page.evaluated.mask_tables import mask_tables
from onpar.parity.report.page.evaluated.tables import Table


@dataclass(frozen=True)
class Shown:
    """How a task is shown.

    headline   the result, in a sentence
    tables     the figures
    evidence   what an image shows, of its name, its truth, the reference's output, the artifact's
               and the last step
    caption    what is said of one of the worst images
    lowest     what is said of them together
    none       what an artifact shows that has no such image
    """

    headline: Callable[[Evaluation], str]
    tables: Callable[[Evaluation], tuple[Table, ...]]
    evidence: Callable[..., Any]
    caption: Callable[[Worst], str]
    lowest: Callable[[Figures], str]
    none: str


SHOWN: dict[str, Shown] = {
    "argmax": Shown(
        pixel_tables.agrees,
        classmap_tables,
        map_pictures,
        pixel_tables.caption,
        pixel_tables.lowest,
        "float's class on every pixel of every image",
    ),
    "threshold": Shown(
        pixel_tables.agrees,
        mask_tables,
        map_pictures,
        pixel_tables.caption,
        pixel_tables.lowest,
        "float's mask on every image",
    ),
    "top-k": Shown(
        label_tables.agrees,
        label_tables.label_tables,
        label_lists,
        label_tables.caption,
        label_tables.lowest,
        "float's first label on every image",
    ),
}
"""By the kind of the last step."""


def shown_as(done: Evaluation) -> Shown:
    """How this evaluation is shown."""
    return SHOWN[str(done.reference.__struct_config__.tag)]
