"""The results of `onpar.compare`."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.tolerance import Tolerance
from onpar.parity.judge.metrics import decibel
from onpar.parity.judge.status import Status, worst
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.report.figures import magnitude
from onpar.parity.report.printable import printable
from onpar.pipeline.exit_codes import ExitCode
from onpar.pipeline.python.notebook import answer_html, table_html
from onpar.pipeline.python.short_repr import short

CAUSE = "Cause: "


@dataclass(frozen=True)
class ArrayResult:
    """The result for an array. Figures are in the array's unit; None if nothing was measured.

    name        the given name; `array` if there is none
    status      PASS, VALUE, NONFINITE, DTYPE, SHAPE, MISSING, EXTRA or UNJUDGED
    sentence    what, where, got and expected, and the cause if it is known
    cause       the known mistake that explains the difference; empty if none does
    max_abs     the largest absolute error
    rms         the RMS error
    snr_db      10·log10(Σref² / Σ(got − ref)²) in dB; None also if nothing differs
    index       of the largest error; `got` and `expected` are the values there
    tolerance   the allowed max_abs and rms, with the reason
    group       the group of `max_abs`, `rms`, `index` and `tolerance`; empty: the whole array
    """

    name: str
    status: Status
    sentence: str
    cause: str = ""
    max_abs: float | None = None
    rms: float | None = None
    snr_db: float | None = None
    index: tuple[int, ...] | None = None
    got: float | None = None
    expected: float | None = None
    tolerance: Tolerance | None = None
    group: str = ""

    @property
    def on_par(self) -> bool:
        """Whether the status is PASS."""
        return self.status is Status.PASS

    @property
    def cells(self) -> tuple[str, ...]:
        """The result's row in a table, as text, in the order of HEADINGS."""
        allowed = magnitude(self.tolerance.max_abs if self.tolerance else None)
        snr = decibel(self.snr_db) if self.max_abs is not None else magnitude(None)
        error = f"{magnitude(self.max_abs)} / {allowed}"
        return (self.name, self.status, error, magnitude(self.rms), snr)


HEADINGS = ("array", "status", "error / allowed", "RMS", "SNR")


@dataclass(frozen=True, repr=False)
class CompareResult:
    """The results of `compare` for each array, in the order of the reference."""

    rows: tuple[ArrayResult, ...]

    @property
    def status(self) -> Status:
        """The first status of the rows by precedence."""
        return worst(row.status for row in self.rows)

    @property
    def on_par(self) -> bool:
        """Whether every array is on par."""
        return self.status is Status.PASS

    @property
    def exit_code(self) -> int:
        """0 on par, 1 not on par, 3 if an array is UNJUDGED and the others are on par."""
        if self.status is Status.UNJUDGED:
            return ExitCode.UNJUDGED
        return ExitCode.ON_PAR if self.on_par else ExitCode.NOT_ON_PAR

    @property
    def answer(self) -> str:
        """The answer in one sentence."""
        failed = [row for row in self.rows if not row.on_par]
        count = f"{len(self.rows)} {'array' if len(self.rows) == 1 else 'arrays'}"
        if not failed:
            return f"On par: {count}."
        first = next(row for row in failed if row.status is self.status)
        said = "Not judged" if self.exit_code == ExitCode.UNJUDGED else "Not on par"
        return f"{said}: {len(failed)} of {count}, the first of them {first.name} ({first.status})."

    def __repr__(self) -> str:
        return short("CompareResult", self.answer, exit_code=self.exit_code)

    def __str__(self) -> str:
        lines = []
        for row in self.rows:
            lines.append(f"{row.status} {row.sentence}")
            if row.tolerance:
                lines.append(f"  Allowed: {row.tolerance.reason}")
        return "\n".join(printable(line) for line in [*lines, self.answer])

    def _repr_html_(self) -> str:
        rows = [(row.status, (*row.cells, row.sentence)) for row in self.rows]
        return answer_html(self.exit_code, self.answer) + table_html(
            (*HEADINGS, "what was found"), rows
        )


def array_result(judged: StageVerdict) -> ArrayResult:
    """The result from the judge's verdict."""
    apart, (_, _, cause) = judged.distance, judged.detail.rpartition(CAUSE)
    found = CAUSE in judged.detail
    if apart is None:
        why = cause.rstrip(".") if found else ""
        return ArrayResult(judged.tensor, judged.status, judged.detail, why)
    return ArrayResult(
        name=judged.tensor,
        status=judged.status,
        sentence=judged.detail,
        cause=cause.rstrip(".") if found else "",
        max_abs=apart.max_abs,
        rms=apart.rmse,
        snr_db=apart.snr_db,
        index=apart.worst.index,
        got=apart.worst.got,
        expected=apart.worst.expected,
        tolerance=judged.tolerance,
        group=apart.group,
    )
