"""What a user sees is explained only by what the last step may honestly have been given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from in_process import Judged, judged
from torch import nn

from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.contract.chain import after_run, steps_inside
from onpar.parity.contract.chains import photo
from onpar.parity.contract.golden import Golden
from onpar.parity.contract.model_check import model_faults
from onpar.parity.contract.spec import ModelSpec, RecipeOptions
from onpar.parity.contract.steps import AnyStep
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.sigmoid import Sigmoid
from onpar.parity.contract.steps.softmax import Softmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.parity.contract.steps.top_k import TopK
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.judge.repeats import REPEATS_REMEDY
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.pipeline.recipes.recipe import Recipe

SIDE = 24
CLASSES = ("a", "b", "c")
PALETTE = ((0, 0, 0), (1, 1, 1), (2, 2, 2))
LABELS = tuple(f"label {one}" for one in range(20))


class Scores(nn.Module):
    """Scores [1, channels, h, w] of an image, or [1, 20] of the whole."""

    def __init__(self, channels: int, scale: float, shift: float, labels: bool) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.features = nn.Conv2d(3, channels, 3, padding=1)
        self.linear = nn.Linear(channels, len(LABELS)) if labels else nn.Identity()
        self.scale, self.shift = scale, shift

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        found = self.features(image)
        if isinstance(self.linear, nn.Linear):
            found = self.linear(found.mean((2, 3)))
        return torch.as_tensor(found * self.scale + self.shift)


def model(
    folder: Path,
    *after: AnyStep,
    channels: int = 3,
    scale: float = 1.0,
    shift: float = 0.0,
    groups: int | None = None,
) -> Judged:
    """A recipe whose steps after the network are these; the first takes `out`."""
    labels = isinstance(after[-1], TopK)
    shape = (1, len(LABELS)) if labels else (1, channels, SIDE, SIDE)
    spec = ModelSpec(
        "explained",
        (TensorSpec("image", (1, 3, SIDE, SIDE)),),
        (TensorSpec("out", shape, groups=groups),),
        (*photo("image", SIDE, SIDE), *after),
    )
    assert list(model_faults(spec)) == []
    options = RecipeOptions("explained", SIDE, SIDE)
    return judged(Recipe(options, spec, lambda: Scores(channels, scale, shift, labels)), folder)


def argmax_of(name: str) -> Argmax:
    return Argmax((name,), ("classmap",), CLASSES, PALETTE)


def file_with_map(one: Judged, dtype: str = "uint8") -> Judged:
    """The same of a file that takes pixels and gives the class map or the mask itself."""
    spec = one.recipe.model
    artifact = replace(
        one.artifact,
        io="image",
        runs=steps_inside(spec, "image"),
        inputs=(TensorSpec("resized", (SIDE, SIDE, 3), "uint8"),),
        outputs=(TensorSpec(spec.steps[-1].makes[0], (SIDE, SIDE), dtype),),
    )
    return replace(one, artifact=artifact)


def of_file(one: Judged, golden: Golden, *runs: Tensor) -> Verdict:
    """The verdict on a file that gave these maps, the last in the last run."""
    [name] = one.recipe.model.steps[-1].makes
    held = {n: golden.capture.tensors[n] for n in ("decoded", "resized")} | {name: runs[-1]}
    held |= {f"rerun.{rank}/{name}": run for rank, run in enumerate(runs[:-1], 1)}
    whole = one.capture(golden, lambda _: {name: runs[-1]})
    digests = tuple(digest({name: run}) for run in runs) * (2 if len(runs) == 1 else 1)
    return one.judged(Capture(replace(whole.info, output_sha256=digests), held), golden)


def of_app(one: Judged, golden: Golden, made: Mapping[str, Tensor]) -> Verdict:
    """The verdict on an app that computed these tensors, and the steps after them rightly."""
    tensors = {**one.capture(golden, lambda _: {"out": golden.capture.tensors["out"]}).tensors}
    tensors |= made
    for step in after_run(one.recipe.model):
        if not made.keys() & set(step.makes):
            found = step.compute([tensors[name] for name in step.takes])
            tensors |= dict(zip(step.makes, found, strict=True))
    info = one.capture(golden, lambda _: {"out": tensors["out"]}).info
    return one.judged(Capture(info, tensors), golden)


def failed_at(verdict: Verdict) -> tuple[Status, str]:
    return verdict.status, verdict.blame.stage if verdict.blame else ""


@pytest.mark.parametrize("axis", [2, 3])
def test_a_softmax_over_another_axis_than_the_classes_cannot_be_left_out(
    axis: int, tmp_path: Path
) -> None:
    one = file_with_map(model(tmp_path, Softmax(("out",), ("p",), axis), argmax_of("p"), scale=6.0))
    for golden in one.goldens:
        tensors = golden.capture.tensors
        wrong = tensors["out"][0].argmax(0).astype(np.uint8)
        assert np.mean(wrong != tensors["classmap"]) > 0.1
        assert failed_at(of_file(one, golden, wrong)) == (Status.VALUE, "argmax")
        assert of_file(one, golden, tensors["classmap"]).status is Status.PASS


def test_a_softmax_over_the_classes_may_be_left_out(tmp_path: Path) -> None:
    one = file_with_map(model(tmp_path, Softmax(("out",), ("p",), 1), argmax_of("p")))
    for golden in one.goldens:
        same = golden.capture.tensors["out"][0].argmax(0).astype(np.uint8)
        assert of_file(one, golden, same).status is Status.PASS


def sigmoid32(logits: Tensor) -> Tensor:
    """As an app computes it in float32: 1 from a logit of 16.6 on."""
    with np.errstate(over="ignore"):
        found: Tensor = np.float32(1) / (np.float32(1) + np.exp(-logits))
    return found


def saturated(folder: Path) -> Judged:
    """Sigmoids of logits around 20, of which many are 1."""
    return model(folder, Sigmoid(("out",), ("p",)), argmax_of("p"), scale=10.0, shift=20.0)


def test_a_sigmoid_that_saturates_cannot_be_left_out(tmp_path: Path) -> None:
    """Of saturated classes the lowest wins, not the one of the largest logit."""
    one = file_with_map(saturated(tmp_path))
    for golden in one.goldens:
        tensors = golden.capture.tensors
        wrong = tensors["out"][0].argmax(0).astype(np.uint8)
        assert np.mean(wrong != tensors["classmap"]) > 0.05
        assert failed_at(of_file(one, golden, wrong)) == (Status.VALUE, "argmax")


def test_a_sigmoid_that_saturates_may_be_computed_in_float32(tmp_path: Path) -> None:
    one = saturated(tmp_path)
    inside, flips = file_with_map(one), 0
    for golden in one.goldens:
        tensors = golden.capture.tensors
        made = sigmoid32(tensors["out"])
        [honest] = argmax_of("p").compute([made])
        flips += int(np.count_nonzero(honest != tensors["classmap"]))
        assert of_app(one, golden, {"p": made}).status is Status.PASS
        assert of_file(inside, golden, honest).status is Status.PASS
    assert flips > 0


def test_the_first_labels_of_a_saturated_sigmoid_may_be_computed_in_float32(
    tmp_path: Path,
) -> None:
    steps = Sigmoid(("out",), ("p",)), TopK(("p",), ("classes", "values"), 20, LABELS)
    one = model(tmp_path, *steps, scale=300.0)
    differing = 0
    for golden in one.goldens:
        made = sigmoid32(golden.capture.tensors["out"])
        classes, _ = steps[1].compute([made])
        differing += int(np.count_nonzero(classes != golden.capture.tensors["classes"]))
        assert of_app(one, golden, {"p": made}).status is Status.PASS
    assert differing > 0


@pytest.mark.parametrize("step", [Sigmoid(("out",), ("p",)), Softmax(("out",), ("p",), 1)])
def test_the_last_steps_own_rounding_is_allowed(step: Sigmoid | Softmax, tmp_path: Path) -> None:
    """Of logits near 0 the network's error is below float32's spacing of a probability."""
    one = model(tmp_path, step, scale=1e-3)
    for golden in one.goldens:
        out = golden.capture.tensors["out"]
        raised = np.exp(out)
        shares = raised / raised.sum(1, keepdims=True)
        made = sigmoid32(out) if isinstance(step, Sigmoid) else shares
        assert np.any(made != golden.capture.tensors["p"])
        assert of_app(one, golden, {"p": made}).status is Status.PASS
        far = of_app(one, golden, {"p": made + np.float32(1e-4)})
        assert far.status is Status.VALUE


@pytest.mark.parametrize("groups", [2, -1])
def test_a_class_map_is_judged_whatever_groups_its_scores_have(groups: int, tmp_path: Path) -> None:
    softened = Softmax(("out",), ("p",), 1), argmax_of("p")
    for steps in (softened, (argmax_of("out"),)):
        one = model(tmp_path, *steps, groups=groups)
        golden = one.goldens[0]
        assert of_app(one, golden, {}).status is Status.PASS
        scores = golden.capture.tensors["out"][0]
        far = np.unravel_index(int(np.ptp(scores, axis=0).argmax()), (SIDE, SIDE))
        wrong = golden.capture.tensors["classmap"].copy()
        wrong[far] = scores[:, far[0], far[1]].argmin()
        found = of_file(file_with_map(one), golden, wrong)
        assert failed_at(found) == (Status.VALUE, "argmax")


def person(folder: Path) -> Judged:
    above = Threshold(("p",), ("mask",), 0.5, ("no", "yes"), PALETTE[:2])
    return model(folder, Sigmoid(("out",), ("p",)), above, channels=1)


def flipped(mask: Tensor, at: int) -> Tensor:
    changed = mask.copy()
    changed.flat[at] ^= 1
    return changed


def test_runs_of_a_file_with_a_sigmoid_may_differ_only_near_the_threshold(tmp_path: Path) -> None:
    one = file_with_map(person(tmp_path))
    golden = one.goldens[0]
    mask = golden.capture.tensors["mask"]
    logits = np.abs(golden.capture.tensors["out"][0, 0])
    far = int(logits.argmax())
    found = of_file(one, golden, flipped(mask, far), mask)
    assert failed_at(found) == (Status.NONDETERMINISTIC, "repeat")
    assert "differ in 1 pixels" in found.sentence and REPEATS_REMEDY in found.sentence
    # The same pixel where the file's score is at the threshold, within the error that it may have.
    out = golden.capture.tensors["out"].copy()
    out.flat[far] = 1e-9
    changed = replace(golden.capture, tensors={**golden.capture.tensors, "out": out})
    near = replace(golden, capture=changed)
    again = of_file(one, near, flipped(mask, far), mask)
    [runs] = [stage for stage in again.stages if stage.stage == "repeat"]
    assert runs.status is Status.PASS and "differ in 1 pixels" in runs.detail


@pytest.mark.parametrize("kind", ["mask", "classmap"])
def test_a_map_of_wider_integers_holds_only_bytes(kind: str, tmp_path: Path) -> None:
    """257 is not 1, of which it has the last byte."""
    one = person(tmp_path) if kind == "mask" else model(tmp_path, argmax_of("out"))
    wide, golden = file_with_map(one, "int32"), one.goldens[0]
    found = golden.capture.tensors[kind].astype(np.int32)
    assert of_file(wide, golden, found).status is Status.PASS
    verdict = of_file(wide, golden, np.where(found == 1, 257, found).astype(np.int32))
    assert verdict.status is Status.VALUE
    assert f"{kind} holds 0 to 257, expected classes of 0 to 255" in verdict.sentence


def test_a_mask_of_something_else_than_0_and_1_is_never_explained(tmp_path: Path) -> None:
    one = file_with_map(person(tmp_path))
    golden = one.goldens[0]
    nearest = np.abs(golden.capture.tensors["out"][0, 0]).argmin()
    mask = golden.capture.tensors["mask"].copy()
    mask.flat[nearest] = 7
    assert failed_at(of_file(one, golden, mask)) == (Status.VALUE, "threshold")
