"""Every honest way to compute a classifier, a transformer, a recommender, a U-Net or a detector's
heads is on par: no FAIL of any of them.

`pytest -rP` prints how far each lies from the reference, in noise floors.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnxruntime
import pytest
import torch
from eager_settings import Setting, without_onednn
from in_process import Judged, Run, judged
from other_models import KINDS, recipe_of
from samples import inputs_of
from torch import nn

from onpar.exporters import FORMATS, Source
from onpar.parity.contract.capture import Tensor
from onpar.parity.contract.tolerance import FLOAT32
from onpar.parity.judge.status import Status
from onpar.pipeline.golden.gates import threads
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.module.run_module import run_module
from onpar.pipeline.targets import TARGETS, loaders

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*torch.jit:FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:TF32 acceleration:UserWarning"),
]


def plain_attention() -> AbstractContextManager[Any]:
    """Attention as matrix products and a softmax, not fused."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    kernel: AbstractContextManager[Any] = sdpa_kernel(SDPBackend.MATH)
    return kernel


def eager(setting: Setting = nullcontext) -> Callable[[Judged], Run]:
    return lambda one: _running(one.module, one, setting)


def traced(one: Judged) -> Run:
    """TorchScript, frozen: batch norms are folded into the convolutions before them."""
    return _running(torch.jit.optimize_for_inference(torch.jit.freeze(_trace(one))), one)


def _trace(one: Judged) -> Any:
    given = inputs_of(one.goldens[0].capture, one.recipe.model)
    inputs = tuple(torch.from_numpy(given[spec.name]) for spec in one.recipe.model.inputs)
    return torch.jit.trace(one.module, inputs, check_trace=False)


def _running(module: nn.Module, one: Judged, setting: Setting = nullcontext) -> Run:
    def run(inputs: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
        with setting():
            return run_module(module, one.recipe.in_order(dict(inputs)), one.recipe.model.outputs)

    return run


def graph(level: str) -> Callable[[Judged], Run]:
    """The model's ONNX graph on onnxruntime, optimised as far as `level` says."""

    def make(one: Judged) -> Run:
        given = inputs_of(one.goldens[0].capture, one.recipe.model)
        names = [spec.name for spec in one.recipe.model.outputs]
        inputs = [spec.name for spec in one.recipe.model.inputs]
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                one.module,
                tuple(torch.from_numpy(given[name]) for name in inputs),
                buffer,  # type: ignore[arg-type]  # it takes a file too
                input_names=inputs,
                output_names=names,
                opset_version=17,
                dynamo=False,
            )
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = getattr(
            onnxruntime.GraphOptimizationLevel, f"ORT_{level}"
        )
        session = onnxruntime.InferenceSession(
            buffer.getvalue(), options, providers=["CPUExecutionProvider"]
        )
        return lambda values: dict(zip(names, session.run(names, dict(values)), strict=True))

    return make


def exported(form: str) -> Callable[[Judged], Run]:
    """The file of a format, by onpar's own exporter, on the runtime here."""

    def make(one: Judged) -> Run:
        recipe = one.recipe
        module = build_module(recipe)
        source = Source(module, None, recipe.model, "fp32", "tensor", recipe.samples)
        [target] = loaders(form)
        loader = import_module(TARGETS[target].module)
        with TemporaryDirectory() as folder:
            path = Path(folder, f"model{FORMATS[form].suffix}")
            import_module(FORMATS[form].module).export(source, path)
            loaded = loader.load(path.read_bytes(), one.artifact, 1)
        return lambda values: loaded.run(recipe.in_order(dict(values)))

    return make


WAYS: Mapping[str, Callable[[Judged], Run]] = {
    "eager-1-thread": eager(lambda: threads(1)),
    "eager-2-threads": eager(lambda: threads(2)),
    "eager-without-onednn": eager(without_onednn),
    "eager-plain-attention": eager(plain_attention),
    "script-frozen": traced,
    "onnxruntime": graph("ENABLE_ALL"),
    "onnxruntime-as-it-is": graph("DISABLE_ALL"),
}

FILES = ("torchscript", "onnx", "pte", "pte_portable")
"""Formats whose export takes seconds."""

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 20))]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", KINDS)
def test_no_honest_way_to_compute_it_is_wrong(name: str, seed: int, tmp_path: Path) -> None:
    assert not wrong_ways(name, seed, WAYS, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", KINDS)
def test_no_exported_file_of_it_is_wrong(name: str, seed: int, tmp_path: Path) -> None:
    assert not wrong_ways(name, seed, {form: exported(form) for form in FILES}, tmp_path)


def wrong_ways(
    name: str, seed: int, ways: Mapping[str, Callable[[Judged], Run]], folder: Path
) -> list[tuple[str, Status, str]]:
    """Every case, computed in every way: what is not on par, and why."""
    one = judged(recipe_of(name, seed), folder)
    wrong: list[tuple[str, Status, str]] = []
    for way, make in ways.items():
        run = make(one)
        for golden in one.goldens:
            verdict = one.verdict(golden, run)
            largest = max(
                (FLOAT32.max_floors * s.distance.used(s.tolerance), s.distance.group, s.tensor)
                for s in verdict.stages
                if s.stage == "run" and s.distance and s.tolerance
            )
            print(f"{name} {seed} {way} {verdict.case}: {largest[0]:.2f} F, {largest[1:]}")
            if verdict.status is not Status.PASS:
                wrong.append((way, verdict.status, verdict.sentence))
    return wrong
