"""The results of `onpar.run_parity`, `onpar.check_captures` and `onpar.check_artifact`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.printable import printable
from onpar.parity.report.summary import shown_stage
from onpar.pipeline.exit_codes import BY_CONCLUSION, after, exit_code
from onpar.pipeline.python.notebook import answer_html, table_html, text_html
from onpar.pipeline.python.short_repr import short

if TYPE_CHECKING:
    from onpar.pipeline.build_folder.exported import Exported


@dataclass(frozen=True)
class RowResult:
    """The result for a target, an artifact and a case.

    target      the place where it ran, with the device if the target can have several
    variant     the artifact's format, precision and io, such as `onnx-fp32-tensor`
    case        the name of the photo, or of the case's other inputs
    status      PASS, or the kind of failure
    stage       the first step that is wrong; None if the row is on par
    sentence    what, where, got and expected, and the cause if it is known
    capture     the file with the target's outputs; None if there is none
    max_abs, allowed, snr_db
                the largest absolute error, the allowed one, and the SNR in dB, of that step, else
                of the output that is nearest to its tolerance; None if nothing was measured
    fidelity    of int8 and float16 a sentence: whether the target computes what was exported
    quality     of these another: what they cost against the float model; both empty for float32
    """

    target: str
    variant: str
    case: str
    status: Status
    stage: str | None
    sentence: str
    capture: Path | None = None
    max_abs: float | None = None
    allowed: float | None = None
    snr_db: float | None = None
    fidelity: str = ""
    quality: str = ""

    @property
    def on_par(self) -> bool:
        """Whether the status is PASS."""
        return self.status is Status.PASS


@dataclass(frozen=True, repr=False)
class RunResult:
    """The result of a run.

    run       everything about it, as in the file of `--write-json`; its fields may change
    report    the HTML page, with `junit.xml` and `run.json` in its folder; None if not written
    errors    the exports and captures that failed, with their reasons
    note      decisions that onpar made for the caller, such as the weights; empty if none
    exports   the artifacts, if the call exports; their fields may change
    """

    run: Run
    report: Path | None = None
    errors: tuple[str, ...] = ()
    note: str = ""
    exports: tuple[Exported, ...] = ()

    @property
    def rows(self) -> tuple[RowResult, ...]:
        """Every row, including those that failed or did not run here."""
        return tuple(map(_row, self.run.verdicts))

    @property
    def failed(self) -> tuple[RowResult, ...]:
        """The rows that are not on par, which make `exit_code` 1. A run can also fail without one:
        an export or a capture failed (`errors`), or a required row is missing (`answer`)."""
        return tuple(map(_row, self.run.failed))

    @property
    def unjudged(self) -> tuple[RowResult, ...]:
        """The rows that are UNJUDGED and not among `failed`. They make `exit_code` 3 if nothing
        failed: the run is not on par, but nothing is known to be wrong."""
        return tuple(map(_row, self.run.unjudged))

    @property
    def on_par(self) -> bool:
        """Whether everything chosen that can run here was judged and is on par, with at least one
        row, and no export or capture failed."""
        return self.run.passed and not self.errors

    @property
    def exit_code(self) -> int:
        """The command's exit code: 0 on par, 1 not on par, 2 an input that cannot be judged, 3
        something is UNJUDGED or not known."""
        return exit_code([BY_CONCLUSION[self.run.conclusion], after(self.errors)])

    @property
    def answer(self) -> str:
        """The answer for the whole run, in one or two sentences."""
        if not self.errors:
            return self.run.answer
        return f"{self.run.answer} Failed: {self.errors[0]}."

    def __repr__(self) -> str:
        where = "None" if self.report is None else printable(str(self.report))
        return short("RunResult", self.answer, exit_code=self.exit_code, report=where)

    def __str__(self) -> str:
        from rich.console import Console

        from onpar.parity.report.terminal import print_run

        text = StringIO()
        print_run(self.run, Console(file=text))
        return "\n".join([text.getvalue().rstrip("\n"), *self._last_lines()])

    def _last_lines(self) -> Sequence[str]:
        errors = [printable(f"onpar: {error}") for error in self.errors]
        return [*errors, f"Report: {self.report.resolve().as_uri()}"] if self.report else errors

    def _repr_html_(self) -> str:
        headings = ("target", "artifact", "case", "status", "step", "what was found")
        rows = [
            (r.status, (r.target, r.variant, r.case, r.status, r.stage or "–", r.sentence))
            for r in self.rows
        ]
        lines = (self.note, *self.run.problems, *self._last_lines())
        said = "".join(f"<p>{text_html(line)}</p>" for line in lines if line)
        return answer_html(self.exit_code, self.answer) + table_html(headings, rows) + said


def _row(verdict: Verdict) -> RowResult:
    blame, shown = verdict.blame, shown_stage(verdict)
    apart, tolerance = (shown.distance, shown.tolerance) if shown else (None, None)
    return RowResult(
        target=verdict.place,
        variant=verdict.variant,
        case=verdict.case,
        status=verdict.status,
        stage=blame.stage if blame else None,
        sentence=verdict.sentence,
        capture=Path(verdict.capture) if verdict.capture else None,
        max_abs=apart.max_abs if apart else None,
        allowed=tolerance.max_abs if tolerance else None,
        snr_db=apart.snr_db if apart else None,
        fidelity=verdict.fidelity,
        quality=verdict.quality,
    )
