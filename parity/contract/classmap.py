"""Class maps u8 [h, w]: their computation from scores, and the agreement of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.confusion import Shares, confusion, shares
from onpar.parity.contract.span import Span

TILE = 32
"""Side of the tiles, in pixels, among which the worst is searched."""


def argmax(scores: NDArray[Any]) -> NDArray[np.uint8]:
    """Class map u8 [h, w] of scores [1, C, h, w], C ≤ 256; a tie goes to the lowest class."""
    best = scores[0, 0].copy()
    classes = np.zeros(best.shape, np.uint8)
    for index in range(1, scores.shape[1]):
        better = scores[0, index] > best
        classes[better] = index
        np.maximum(best, scores[0, index], out=best)
    return classes


def probe_scores(classes: int) -> NDArray[np.float32]:
    """Scores f32 [1, C, C, 4] whose row i has the class map [i, i, i, i]. They test what photos may
    not: all scores negative; any class the best; a tie of i and all later classes; a difference of
    one bit of float32."""
    rest = np.array([-2, 1, -1, 1], np.float32)
    best = np.array([-1, 2, 0, 1 + 2.0**-23], np.float32)
    scores = np.broadcast_to(rest, (1, classes, classes, 4)).copy()
    for index in range(classes):
        scores[0, index, index] = best
        scores[0, index, :index, 2] = 0
    return scores


def probe_classes(classes: int) -> NDArray[np.uint8]:
    """The class map u8 [C, 4] of `probe_scores`."""
    return np.repeat(np.arange(classes, dtype=np.uint8), 4).reshape(classes, 4)


PROBED_SCORES = (
    "where all scores are negative",
    "where each class in turn is the best",
    "where classes tie: the lowest wins",
    "where the best two differ by one bit of float32",
)
"""What each column of the probe tests."""


MIN_VARIED_SHARE = 0.2
"""The least share of pixels outside the commonest class for which agreement has a meaning: any
model that answers "background" agrees with a golden that is only background."""


def varied(classes: NDArray[np.uint8]) -> float:
    """Share of a class map's pixels that are not of its commonest class, 0–1."""
    return (classes.size - int(np.bincount(classes.ravel()).max())) / classes.size


@dataclass(frozen=True)
class Agreement(Shares):
    """A class map compared with the golden: its shares, and where the two differ.

    worst_tile    smallest agreement of the 32×32 tiles (those at the edges are smaller)
    worst_tile_at row and column of that tile's first pixel
    pixels        how many pixels there are
    flips         pixels whose class differs
    explained     flips whose captured class can win: the most that its score may honestly be is
                  above the least that every other may be, or equal to that of a higher class,
                  which loses a tie
    """

    worst_tile: float
    worst_tile_at: tuple[int, int]
    pixels: int
    flips: int
    explained: int

    @property
    def figure(self) -> float | None:
        """`agreement`; None if the golden is nearly one class, so that it has no meaning."""
        return self.agreement if self.varied >= MIN_VARIED_SHARE else None

    @property
    def sentence(self) -> str:
        """How many pixels show the golden's class, as text; never rounded up to all."""
        but = f"all but {self.flips:,} of" if self.flips else "all"
        said = f"{but} {self.pixels:,} pixels show the golden's class"
        if 2 * self.flips > self.pixels:
            said = f"{self.flips:,} of {self.pixels:,} pixels show another class than the golden"
        if self.figure is None:
            said += f", which says little: {1 - self.varied:.1%} of the golden are one class"
        return said

    @property
    def unexplained(self) -> int:
        """Flips that the allowed error cannot have caused."""
        return self.flips - self.explained


def agreement(
    got: NDArray[Any],
    ref: NDArray[np.uint8],
    scores: Span,
) -> Agreement:
    """Compare class maps [h, w] of 0 to 255, of any integers; `scores` is what the golden's
    [1, C, h, w] may honestly be."""
    got = got.astype(np.uint8, copy=False)
    flipped = got != ref
    rows, columns = np.nonzero(flipped)
    captured_class = got[rows, columns]
    known = captured_class < scores.low.shape[1]
    captured_class = np.where(known, captured_class, 0)
    wins = _can_win(
        scores.low[0][:, rows, columns], scores.high[0][:, rows, columns], captured_class
    )
    tile, at = worst_tile(flipped)
    return Agreement(
        **vars(shares(confusion(ref, got, 256))),
        worst_tile=tile,
        worst_tile_at=at,
        pixels=int(flipped.size),
        flips=int(rows.size),
        explained=int(np.count_nonzero(known & wins)),
    )


def _can_win(
    low: NDArray[Any], high: NDArray[Any], captured: NDArray[np.integer[Any]]
) -> NDArray[np.bool_]:
    """Whether the captured class [n] of each pixel can have the largest score, of scores that lie
    between `low` and `high` [C, n]: of equal scores the lower class wins."""
    classes = np.arange(len(low))[:, np.newaxis]
    most = high[captured, np.arange(captured.size)]
    beaten = (most > low) | ((most == low) & (captured < classes)) | (classes == captured)
    found: NDArray[np.bool_] = beaten.all(0)
    return found


def worst_tile(flipped: NDArray[np.bool_]) -> tuple[float, tuple[int, int]]:
    """Smallest share of unflipped pixels over the TILE×TILE tiles of [h, w], and its corner."""
    rows = range(0, flipped.shape[0], TILE)
    columns = range(0, flipped.shape[1], TILE)
    return min(
        (1 - float(flipped[y : y + TILE, x : x + TILE].mean()), (y, x))
        for y in rows
        for x in columns
    )
