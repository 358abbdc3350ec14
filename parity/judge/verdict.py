"""The judge's verdicts: one on each stage, and one on the row."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.capture import UNDOCUMENTED, CaptureInfo
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps import STEPS
from onpar.parity.contract.steps.decode_image import DECODE_IMAGE
from onpar.parity.contract.steps.run import RUN
from onpar.parity.contract.tolerance import Tolerance
from onpar.parity.judge.metrics import Distance
from onpar.parity.judge.status import Status, worst

REPEAT = "repeat"
"""Whether runs on one input repeat."""

SEEN = "seen"
"""Whether a user sees what he would see with the golden."""

QUALITY = "quality"
"""What a precision below float32 costs, against the float model."""

STAGES = ("file", "identity", "artifact", "golden", *STEPS, REPEAT, SEEN, QUALITY)
"""Where a row can fail, in order: four checks of identity, then the steps by their kind."""


MAX_SENTENCE = 300
"""Characters of a capture's own text that a row shows."""


@dataclass(frozen=True)
class StageVerdict:
    """One tensor, or one check, of one stage. `detail` says what, where, got and expected."""

    stage: str
    status: Status
    detail: str
    tensor: str = ""
    distance: Distance | None = None
    seen: Seen | None = None
    tolerance: Tolerance | None = None


@dataclass(frozen=True)
class Verdict:
    """One row: a target, an artifact (`variant` is its format-precision-io) and a case, judged.

    `device` distinguishes the devices of a target that can have several, such as phones on a cable,
    and has the compute unit if it is not the target's default.
    `compared` is the difference from another target's result with the same file
    (onpar.parity.judge.compare_targets).
    """

    recipe: str
    target: str
    variant: str
    case: str
    stages: tuple[StageVerdict, ...]
    capture: str = ""
    golden: str = ""
    info: CaptureInfo | None = None
    artifact: Artifact | None = None
    device: str = ""
    compared: str = ""

    @property
    def place(self) -> str:
        """The target, and for devices on a cable which one."""
        return f"{self.target} ({self.device})" if self.device else self.target

    @property
    def status(self) -> Status:
        """The status with the highest precedence over all stages."""
        return worst(stage.status for stage in self.stages)

    @property
    def blame(self) -> StageVerdict | None:
        """The first stage that has the row's status; None if the row is on par."""
        status = self.status
        if status is Status.PASS:
            return None
        chain = dict.fromkeys(step.kind for step in self.artifact.steps) if self.artifact else {}
        # A kind, such as `dequantize`, may stand before or behind the network: the chain says.
        places = (*STAGES[:4], *chain, *STAGES[4:])
        order = sorted(self.stages, key=lambda stage: places.index(stage.stage))
        return next((stage for stage in order if stage.status is status), None)

    @property
    def sentence(self) -> str:
        """The answer in one sentence, and any undocumented behaviour that the result depends on."""
        open_question = (self.info.extra if self.info else {}).get(UNDOCUMENTED, "")
        if not open_question:
            return self._answer
        return (
            f"{self._answer.rstrip('.')}. Apple's own result may be another, as its documents "
            f"leave this open: {' '.join(open_question.split())[:MAX_SENTENCE]}."
        )

    @property
    def _answer(self) -> str:
        blame = self.blame
        if blame is not None:
            return blame.detail
        outputs = [s for s in self.stages if s.stage == RUN and s.distance and s.tolerance]
        shown = [s.seen for s in self.stages if s.stage == SEEN and s.seen]
        last = self.artifact.steps[-1].kind if self.artifact else RUN
        parts = [
            f"{s.tensor}: largest error {s.distance.max_abs:.3g}, {s.tolerance.max_abs:.3g} allowed"
            + (f" in {s.distance.group}" if s.distance.group else "")
            for s in outputs
            if s.distance and s.tolerance
        ]
        parts += [
            seen.sentence + (" (explained by the allowed error)" if seen.differing else "")
            for seen in shown
            if last != RUN
        ]
        # Equal by construction: the sentence says so, to avoid reading it as a measurement.
        parts += [s.detail for s in self.stages if s.stage == DECODE_IMAGE and s.distance is None]
        return "On par. " + "; ".join(parts) + "."
