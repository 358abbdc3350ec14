"""Whatever tensors a capture holds, every one gets a verdict: ranks 0–5, any dtype, empty, NaN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from preps import prep_of
from present import present
from samples import MISTAKES, MODEL, PROBE, artifact, info, outputs_of, photo_case, sha
from small_build import FLOOR

from onpar.parity.causes import Fault
from onpar.parity.causes.diagnose import diagnose
from onpar.parity.contract.capture import Capture, Tensor, digest
from onpar.parity.contract.classmap import argmax, probe_classes
from onpar.parity.contract.golden import Gates, Golden
from onpar.parity.contract.spec import Case, ModelSpec, Source
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.image.fit import fit, normalise
from onpar.parity.judge.judge import judge
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict

DTYPES = ("float32", "float16", "float64", "int32", "int64", "uint8", "bool")

SHAPES = st.lists(st.integers(0, 3), max_size=5).map(tuple)

FULL_SHAPES = st.lists(st.integers(1, 3), max_size=5).map(tuple)


def values(dtype: str, shape: tuple[int, ...]) -> st.SearchStrategy[Tensor]:
    """Any values of a dtype, NaN and infinity among them."""
    return hnp.arrays(dtype, shape)


ANYTHING = st.tuples(st.sampled_from(DTYPES), SHAPES).flatmap(lambda one: values(*one))


def golden_of(model: ModelSpec, tensors: Mapping[str, Tensor], case: Case) -> Golden:
    outputs = {spec.name: tensors[spec.name] for spec in model.outputs if spec.name in tensors}
    made = info(
        target="reference",
        recipe_sha256=model.sha256,
        sources=case.digests,
        output_sha256=(digest(outputs),),
    )
    gates = {}
    for name, tensor in outputs.items():
        peak = max(1.0, float(np.nan_to_num(np.abs(tensor.astype(np.float64))).max(initial=0)))
        gates[name] = Gates(peak, peak, None)
    return Golden(Capture(made, tensors), dict.fromkeys(outputs, FLOOR), gates)


def judged(model: ModelSpec, case: Case, golden: Golden, tensors: Mapping[str, Tensor]) -> Verdict:
    """The verdict, after a way through JSON, as `check --write-json` keeps it."""
    sidecar = artifact(
        model=model, recipe_sha256=model.sha256, inputs=model.inputs, outputs=model.outputs,
        cases=(case,),
    )  # fmt: skip
    capture = Capture(info(recipe_sha256=model.sha256, sources=case.digests), tensors)
    last = digest(outputs_of(capture, model))
    capture = replace(capture, info=replace(capture.info, output_sha256=(last, last)))
    verdict = judge(capture, sidecar, golden, lambda _: outputs_of(golden.capture, model))
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict).status is verdict.status
    return verdict


@given(data=st.data(), shape=FULL_SHAPES, got=ANYTHING, same=st.booleans())
def test_an_output_of_any_shape_is_judged(
    data: st.DataObject, shape: tuple[int, ...], got: Tensor, same: bool
) -> None:
    finite = st.floats(-(2.0**99), 2.0**99, width=32)
    ref = data.draw(hnp.arrays("float32", shape, elements=finite))
    if same:
        got = data.draw(values("float32", shape))
    x = np.ones((1, 2), np.float32)
    model = ModelSpec("sample", (TensorSpec("x", (1, 2)),), (TensorSpec("y", shape),))
    case = Case("dog", (Source("x", "", digest({"x": x})),))
    golden = golden_of(model, {"x": x, "y": ref}, case)
    verdict = judged(model, case, golden, {"x": x, "y": got})
    if got.shape != shape:
        assert verdict.status is Status.SHAPE
    elif got.dtype != np.float32:
        assert verdict.status is Status.DTYPE
    elif not np.isfinite(got).all():
        assert verdict.status is Status.NONFINITE
    elif np.array_equal(got, ref):
        assert verdict.status is Status.PASS
    elif np.abs(got.astype(np.float64) - ref).max() > 1e-4 * max(1, float(np.abs(ref).max())):
        assert verdict.status is Status.VALUE


ALL_STAGES = (
    "decoded",
    "resized",
    "image",
    "out",
    "classmap",
    PROBE,
    "rerun.1/out",
    "else",
)


@given(name=st.sampled_from(ALL_STAGES), got=ANYTHING)
@example(name="classmap", got=np.full(MODEL.outputs[0].shape[2:], 255, np.uint8))
def test_a_stage_that_holds_anything_is_judged_and_never_passes(name: str, got: Tensor) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), np.uint8)
    case = photo_case("dog", "dog.png", sha("dog"))
    prep = prep_of(MODEL)
    resized = fit(pixels, prep)
    scores = np.random.default_rng(1).normal(0, 3, MODEL.outputs[0].shape).astype(np.float32)
    right: dict[str, Tensor] = {
        "decoded": pixels,
        "resized": resized,
        "image": normalise(resized, prep),
        "out": scores,
        "classmap": argmax(scores),
    }
    golden = golden_of(MODEL, right, case)
    right[PROBE] = probe_classes(scores.shape[1])
    assert judged(MODEL, case, golden, right).status is Status.PASS
    verdict = judged(MODEL, case, golden, right | {name: got})
    assert verdict.status is not Status.PASS
    assert verdict.sentence


@given(stage=st.sampled_from(tuple(MISTAKES)), shape=SHAPES, data=st.data(), given=ANYTHING)
def test_a_cause_is_asked_only_of_what_it_fits(
    stage: str, shape: tuple[int, ...], data: st.DataObject, given: Tensor
) -> None:
    dtype = data.draw(st.sampled_from(DTYPES))
    finite: Any = {} if dtype[:5] != "float" else {"elements": {"allow_nan": False}}
    got, ref = (data.draw(hnp.arrays(dtype, shape, **finite)) for _ in range(2))
    with np.errstate(all="ignore"):
        for before in (None, given, ref):
            assert isinstance(
                diagnose(MISTAKES[stage], Fault(got, ref, before, prep_of(MODEL), prep_of(MODEL))),
                str,
            )
        assert isinstance(
            diagnose(MISTAKES[stage], Fault(given, ref, got, prep_of(MODEL), prep_of(MODEL))), str
        )


@pytest.mark.parametrize(
    ("shape", "mistake", "cause"),
    [
        ((), lambda y: y * 0, "every value is 0"),
        ((8,), lambda y: y * 0, "every value is 0"),
        ((1, 8), lambda y: y * 0, "every value is 0"),
        ((1, 8), lambda y: np.exp(y) / np.exp(y).sum(), "a softmax was applied"),
        ((1, 8), lambda y: np.roll(y, 1, 1), "the classes are shifted by one"),
        ((1, 4, 3), lambda y: y * 0, "every value is 0"),
        ((1, 2, 3, 4, 5), lambda y: y * 0, "every value is 0"),
    ],
)
def test_a_flat_output_has_the_causes_that_fit_it(
    shape: tuple[int, ...], mistake: Any, cause: str
) -> None:
    ref = np.random.default_rng(2).normal(1, 3, shape).astype(np.float32)
    assert cause in diagnose(MISTAKES["output"], Fault(np.asarray(mistake(ref), np.float32), ref))


@pytest.mark.parametrize(
    ("name", "tensor", "says"),
    [
        ("out", None, "out is missing, expected float32 [1, 2, 3, 4]"),
        ("out", np.zeros((2, 12), np.float32), "out is float32 [2, 12], expected"),
        ("out", np.full((1, 2, 3, 4), np.nan, np.float32), "holds NaN or infinity"),
        ("image", np.zeros((1, 3, 3, 4)), "image is float64 [1, 3, 3, 4], expected"),
        ("decoded", np.zeros((5, 5), np.uint8), "decoded is uint8 [5, 5], expected uint8 [H, W"),
        ("resized", np.zeros((4, 3, 3), np.uint8), "resized is uint8 [4, 3, 3], expected"),
        ("classmap", np.zeros((3, 5), np.uint8), "classmap is uint8 [3, 5], expected"),
    ],
)
def test_a_golden_of_another_shape_than_the_artifact_is_blamed_itself(
    name: str, tensor: Tensor | None, says: str
) -> None:
    pixels = np.zeros((7, 5, 3), np.uint8)
    right: dict[str, Tensor] = {
        "decoded": pixels,
        "resized": pixels[:3, :4],
        "image": np.zeros((1, 3, 3, 4), np.float32),
        "out": np.zeros((1, 2, 3, 4), np.float32),
        "classmap": np.zeros((3, 4), np.uint8),
    }
    wrong = {**right, name: tensor}
    tensors = {n: t for n, t in wrong.items() if t is not None}
    case = photo_case("dog", "dog.png", sha("dog"))
    golden = golden_of(MODEL, tensors, case)
    golden = replace(golden, floors={"out": FLOOR}, gates={"out": Gates(1, 1, 1)})
    verdict = judged(MODEL, case, golden, right)
    assert (verdict.status, present(verdict.blame).stage) == (Status.UNREADABLE, "golden")
    assert says in verdict.sentence and "`onpar golden`" in verdict.sentence
