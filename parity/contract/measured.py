"""The tolerance of a lower precision: measured over many images, for one model and its weights.

A tolerance of float32 is a multiple of the error of float32 itself against float64. int8 has no
such floor: its honest error depends on the weights. Therefore it is measured with these weights,
over images that quantization was not calibrated on (`onpar evaluate --tolerances`).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from onpar.parity.contract.classmap import Agreement
from onpar.parity.contract.tolerance import Tolerance, ToleranceError, check_bound, check_reason
from onpar.parity.files.atomic import write_text
from onpar.parity.files.format_version import other_version
from onpar.parity.files.json_file import JsonError, read_json

TOLERANCES_FORMAT = "onpar-tolerances/1"

IMAGES = 200
"""Fewest images over which a tolerance is measured: another image is then worse than all of them
once in two hundred times."""

PLAIN_IMAGES = 50
"""Fewest images among them whose reference is nearly one class, for a tolerance of such cases: a
photograph without objects has other scores and other errors."""

SPREAD = 4.0
"""How many standard deviations above the mean over the images an error may be. int8's error has a
long tail: of 200 scenes up to 3 exceed this, and are visibly bad for an app's user. The worst image
is not a useful limit: it is up to 7 deviations off, and twice that is the error that one layer's
doubled scale causes in most outputs (tests/whole/test_int8_judged.py)."""

FLIP_RMS = 3.0
"""Errors of this many times the RMS error allowed may make a pixel change class (DESIGN)."""

LEAST_SNR = 10.0
"""dB, mean over the images: below it the file is broken, not rounded, and its error is not a
tolerance. Measured (docs/quantization.md, "The least quality"): honest int8 has 33 dB with the demo
weights and 16 with random ones, broken files 8 and less."""

LEAST_MIOU = 0.5
"""Mean over the images of the IoU of the classes that cover a hundredth of the reference. A map of
only one class has at most 0.4 on an image of two classes that is not nearly one class (0.8 and 0,
`classmap.VARIED`); honest int8 was measured at 0.96."""


class QualityError(ToleranceError):
    """A file too far from its reference for its error to be a tolerance."""


SLACK = 1 + 1e-9
"""For the rounding of a mean of equal values."""

SMALLEST = math.sqrt(sys.float_info.min)
"""A deviation below it, 1.5e-154, is not exact: its square is a subnormal number."""


@dataclass(frozen=True)
class Error:
    """A figure over images as an error: mean, sample standard deviation, and the worst. The error
    of a share 0–1 is 1 less the share."""

    mean: float
    sd: float
    worst: float

    def __post_init__(self) -> None:
        for name in ("mean", "sd", "worst"):
            check_bound(f"measured {name}", getattr(self, name))
        # Of n values between 0 and the worst, the sample standard deviation is at most
        # worst·√(n / (n − 1)) / 2 (Popoviciu's inequality), n being 2 at least.
        most = self.worst * SLACK / math.sqrt(2) + SMALLEST
        if self.mean > self.worst * SLACK or self.sd > most:
            raise ToleranceError(
                f"measured mean {self.mean:.3g} and standard deviation {self.sd:.3g} cannot be of "
                f"values between 0 and the worst, {self.worst:.3g}"
            )

    @property
    def allowed(self) -> float:
        """SPREAD standard deviations above the mean."""
        return self.mean + SPREAD * self.sd


@dataclass(frozen=True)
class Scores:
    """Errors of the scores over `images` images, in the scores' unit."""

    images: int
    rmse: Error
    max_abs: Error


@dataclass(frozen=True)
class MeasuredTolerance:
    """The errors of a variant against the float reference, over `images` images.

    varied, plain   the scores, over the images whose reference is not nearly one class
                    (`classmap.VARIED`), and over those where it is; None for fewer than PLAIN
    agreement, foreground, worst_tile, miou, lowest_iou
                    1 less the share, as `confusion.Shares` and `classmap.worst_tile` have it, over
                    the varied images; `miou` is `Shares.miou_large`, `lowest_iou` that of the class
                    `Shares.lowest`
    command, measured_on   the command that measured, and the day
    snr_db          mean SNR of the scores over the images where they are not equal; None if all
                    are, and in older files, which do not have it

    Raises QualityError if the variant is so far from the reference that it is broken.
    """

    variant: str
    recipe: str
    recipe_sha256: str
    weights: str
    weights_sha256: str
    images: int
    varied: Scores
    plain: Scores | None
    agreement: Error
    foreground: Error
    worst_tile: Error
    miou: Error
    lowest_iou: Error
    command: str
    measured_on: str
    snr_db: float | None = None

    def __post_init__(self) -> None:
        check_reason(self.command)
        if self.images < IMAGES:
            raise ToleranceError(f"measured over {self.images} images, {IMAGES} at least expected")
        snr, miou = self.snr_db, 1 - self.miou.mean
        low = [
            f"mean {what} is {got + 0.0:.3g}{unit}, at least {least:g}{unit} expected"
            for what, got, least, unit in (
                ("SNR", snr, LEAST_SNR, " dB"),
                ("IoU", miou, LEAST_MIOU, ""),
            )
            if got is not None and not got >= least
        ]
        if low:
            raise QualityError(
                f"{self.variant} is broken, so its error is not accepted as a tolerance: its "
                f"{', its '.join(low)}; export it again, or calibrate it on other images"
            )

    @property
    def reason(self) -> str:
        """The source of the tolerance, as text."""
        return (
            f"mean and {SPREAD:g} standard deviations, measured with these weights over "
            f"{self.images} images on {self.measured_on} by `onpar evaluate`"
        )

    def tolerance(self, varied: bool, growth: float) -> Tolerance | None:
        """That of the scores, on a golden that is `varied` or nearly one class, where
        max|reference| is `growth` times that of the golden. None: not measured."""
        scores = self.varied if varied else self.plain
        if scores is None:
            return None
        rmse, largest = scores.rmse, scores.max_abs
        kind = "are not" if varied else "are"
        return Tolerance(
            max_abs=largest.allowed * growth,
            rms=rmse.allowed * growth,
            reason=f"RMS {rmse.mean:.3g} ± {rmse.sd:.2g}, largest error {largest.mean:.3g} ± "
            f"{largest.sd:.2g} over {scores.images} images that {kind} nearly one class: "
            f"{self.reason}",
            explains=FLIP_RMS * rmse.allowed * growth,
        )

    def excesses(self, seen: Agreement) -> Iterator[str]:
        """A sentence for every figure of agreement that is too low; none if the golden is nearly
        one class."""
        if seen.figure is None:
            return
        missing = (
            ("pixels that show the golden's class", self.agreement, seen.agreement),
            ("the same of the foreground", self.foreground, seen.foreground),
            ("the same of the worst 32×32 tile", self.worst_tile, seen.worst_tile),
            ("mean IoU of its classes", self.miou, seen.miou_large),
            (f"IoU of class {seen.lowest}", self.lowest_iou, seen.iou[seen.lowest]),
        )
        for what, error, share in missing:
            if share is not None and 1 - share > error.allowed:
                yield (
                    f"{what}: {share:.2%}, at least {max(0.0, 1 - error.allowed):.2%} expected "
                    f"(mean {1 - error.mean:.2%}, lowest {1 - error.worst:.2%})"
                )


def write_tolerances(path: Path, measured: Iterable[MeasuredTolerance]) -> None:
    """Write them as JSON; if several are of the same model, weights and variant, the last."""
    kept = {_identity(one): one for one in measured}
    content = msgspec.json.encode(_File(tuple(kept[key] for key in sorted(kept))))
    write_text(path, msgspec.json.format(content, indent=1).decode() + "\n")


def read_tolerances(path: Path) -> tuple[MeasuredTolerance, ...]:
    """Read such a file. Raises ToleranceError if it is not one, or holds an impossible limit."""
    try:
        version = read_json(path, _Version).version
        if version != TOLERANCES_FORMAT:
            again = "measure them again with `onpar evaluate --tolerances`"
            raise ToleranceError(f"{path}: {other_version(version, TOLERANCES_FORMAT, again)}")
        return read_json(path, _File).tolerances
    except JsonError as error:
        raise ToleranceError(
            f"{path}: not measured tolerances ({error}); measure them with `onpar evaluate "
            "--tolerances`"
        ) from error


@dataclass(frozen=True)
class _Version:
    version: str = TOLERANCES_FORMAT


@dataclass(frozen=True)
class _File:
    tolerances: tuple[MeasuredTolerance, ...]
    version: str = TOLERANCES_FORMAT


def _identity(one: MeasuredTolerance) -> tuple[str, str, str]:
    return one.recipe_sha256, one.weights_sha256, one.variant
