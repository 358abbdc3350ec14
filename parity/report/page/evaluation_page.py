"""An evaluation for a browser: the figures, class by class, and the worst images side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.files.atomic import write_text
from onpar.parity.report import figures
from onpar.parity.report.models import worth
from onpar.parity.report.page.evaluation_pictures import Pictured
from onpar.parity.report.page.template import template


def write_evaluation_html(
    done: Evaluation, worst: Mapping[str, Sequence[Pictured]], path: Path
) -> None:
    """Write one self-contained page, whole or not at all; `worst` has the pictures of each
    artifact's worst images by its SHA-256. Raises OSError where it cannot be written."""
    page = template("evaluation.html.j2").render(
        e=done,
        worst=worst,
        figures=figures,
        headline=headline(done),
        worth=worth(done.weights),
        interval=interval,
        points=points,
        spread=spread,
        occurring=_occurring(done),
    )
    write_text(path, page, follow_links=False)


def headline(done: Evaluation) -> str:
    """The result, in a sentence."""
    found = sorted(one.agreement for one in done.artifacts)
    low, high = figures.share(found[0]), figures.share(found[-1])
    images = f"{done.images:,} image{'s' * (done.images != 1)}"
    if len(found) == 1:
        return f"{done.artifacts[0].variant} agrees with float on {low} of the pixels of {images}"
    between = low if low == high else f"{low} to {high}"
    return f"{len(found)} artifacts agree with float on {between} of the pixels of {images}"


HEADINGS = ("artifact", "agreement", "foreground", "mIoU", "SNR", "worst tile", "a run")
"""Of the table against float for a terminal."""

TRUTH_HEADINGS = ("model", "mIoU", "drop, points", "95 % interval")
"""Of the table against the masks."""


def rows(done: Evaluation) -> list[tuple[str, ...]]:
    """A row of each artifact: shares of all pixels; SNR and worst tile in the mean over images."""
    return [
        (
            one.variant,
            figures.share(one.agreement),
            figures.share(one.foreground),
            f"{one.miou:.4f}",
            snr(one),
            figures.share(one.worst_tiles.mean),
            figures.milliseconds(one.milliseconds),
        )
        for one in done.artifacts
    ]


def truth_rows(done: Evaluation) -> list[tuple[str, ...]]:
    """A row of the float reference, and one of each artifact."""
    found = [("float reference", done.truth), *((one.variant, one.truth) for one in done.artifacts)]
    return [
        (name, f"{truth.miou:.4f}", points(truth.drop), interval(truth.drop_interval))
        for name, truth in found
        if truth
    ]


def snr(one: Figures) -> str:
    """The scores' SNR in the mean over images; of equal scores infinite."""
    if one.rmse is None:
        return figures.ABSENT
    return figures.decibel(one.snr_db.mean if one.snr_db else None)


def interval(ends: tuple[float, float] | None) -> str:
    """A confidence interval in points."""
    return figures.ABSENT if ends is None else f"{points(ends[0])} to {points(ends[1])}"


def points(value: float) -> str:
    """A drop, in hundredths of an mIoU: with its sign, unless it rounds to 0."""
    text = f"{value:+.2f}"
    return text if float(text) else "0.00"


def spread(mean: str, sd: str | None) -> str:
    """A mean and its standard deviation."""
    return mean if sd is None else f"{mean} ± {sd}"


def _occurring(done: Evaluation) -> list[int]:
    """The classes that any class map or mask shows."""
    found = {index for one in done.artifacts for index in one.iou}
    return sorted(found | set(done.truth.iou if done.truth else ()))
