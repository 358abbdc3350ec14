"""The judge's verdicts: one on each stage, and one on the row."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.capture import UNDOCUMENTED, CaptureInfo
from onpar.parity.contract.chain import chain_of
from onpar.parity.contract.drop import Drop
from onpar.parity.contract.golden.kernels import Kernels
from onpar.parity.contract.seen import Seen
from onpar.parity.contract.spec import Artifact
from onpar.parity.contract.steps import STEPS
from onpar.parity.contract.steps.decode_image import DECODE_IMAGE
from onpar.parity.contract.steps.run import RUN
from onpar.parity.contract.tolerance import Tolerance
from onpar.parity.judge.metrics import Distance, decibel
from onpar.parity.judge.status import Status, worst
from onpar.parity.judge.wholly_wrong import LEAST_SNR

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
    """One tensor, or one check, of one stage. `detail` says what, where, got and expected.

    `kernels` computed the tensor to the bit, and were judged operator by operator. `drop` is what a
    lower precision costs of a class map or a mask.
    """

    stage: str
    status: Status
    detail: str
    tensor: str = ""
    distance: Distance | None = None
    seen: Seen | None = None
    tolerance: Tolerance | None = None
    kernels: Kernels | None = None
    drop: Drop | None = None

    @property
    def how(self) -> str:
        """How near a tensor that passed is to its reference."""
        if self.kernels:
            return "; ".join(filter(None, ("equal to the bit", self.kernels.sentence)))
        if self.seen:
            explained = " (explained by the allowed error)" if self.seen.differing else ""
            return f"{self.seen.sentence}{explained}"
        d, t = self.distance, self.tolerance
        if d is None or t is None:
            return self.detail
        if not d.differing:
            return "equal to the bit"
        group = f" in {d.group}" if d.group else ""
        return f"largest error {d.max_abs:.3g}, {t.max_abs:.3g} allowed{group}"


@dataclass(frozen=True)
class Verdict:
    """One row: a target, an artifact (`variant` is its format-precision-io) and a case, judged.

    `device` distinguishes the devices of a target that can have several, such as phones on a cable,
    and has the compute unit if it is not the target's default.
    `compared` is the difference from another target's result with the same file
    (onpar.parity.judge.compare_targets). `golden` is the file of the golden that judged the
    target's outputs; where that is a program's, `of_float` is that of the float model.
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
    of_float: str = ""

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
        parts = [self.fidelity, self.quality] if self.fidelity else self._measured
        # Equal by construction: the sentence says so, to avoid reading it as a measurement.
        parts += [s.detail for s in self.stages if s.stage == DECODE_IMAGE and s.distance is None]
        said = "; ".join(filter(None, parts))
        return f"On par. {said[:1].upper() if self.fidelity else said[:1]}{said[1:]}."

    @property
    def _measured(self) -> list[str]:
        outputs = [s for s in self.stages if s.stage == RUN and s.distance and s.tolerance]
        shown = [s for s in self.stages if s.stage == SEEN and s.seen]
        last = self.artifact.steps[-1].kind if self.artifact else RUN
        parts = [f"{s.tensor}: {s.how}" for s in outputs]
        return parts + [s.how for s in shown if last != RUN]

    @property
    def of_file(self) -> list[StageVerdict]:
        """The stages of what the file itself gave."""
        if self.artifact is None:
            return []
        chain = chain_of(self.artifact)
        kind, given = chain.inside[-1].kind, chain.given
        return [s for s in self.stages if s.stage == kind and s.tensor in given]

    @property
    def fidelity(self) -> str:
        """Of a lower precision, the first half: whether the target computes the program that was
        exported, and of one that does how near; empty for float32, and if that was not reached."""
        of_file = self.of_file
        if not of_file or not (self.artifact and self.artifact.is_lower):
            return ""
        status = worst(s.status for s in of_file)
        if status is not Status.PASS:
            answer = "not known" if status is Status.UNJUDGED else "no"
            return f"computes what was exported: {answer}"
        hows = dict.fromkeys(s.how for s in of_file)
        named = [f"{s.tensor}: {s.how}" for s in of_file]
        return f"computes what was exported: yes ({'; '.join(hows if len(hows) == 1 else named)})"

    @property
    def quality(self) -> str:
        """Of a lower precision, the second half: what it costs against the float model; empty as
        `fidelity`."""
        stages = [s for s in self.stages if s.stage == QUALITY]
        if self.drop:
            meant = any(s.drop and s.seen and s.seen.figure is not None for s in stages)
            little = "" if meant else ", which says little: the float model shows nearly one class"
            return f"costs {self.drop.sentence}{little}"
        found = [f"{s.tensor} {decibel(s.distance.snr_db)} SNR" for s in stages if s.distance]
        found += [s.seen.sentence for s in stages if s.seen]
        least = f", at least {LEAST_SNR:g} dB expected"
        return f"against the float model: {', '.join(found)}{least}" if found else ""

    @property
    def drop(self) -> Drop | None:
        """What a lower precision costs of the class map or the mask; None without one."""
        return next((s.drop for s in self.stages if s.drop), None)

    @property
    def halves(self) -> str:
        """`fidelity` and `quality` as they are known; empty for float32."""
        return "; ".join(filter(None, (self.fidelity, self.quality)))
