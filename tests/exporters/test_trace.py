"""What cannot be compiled is traced; a trace that is right for its own input alone is refused."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import untraceable as u
from torch import Tensor, nn

from onpar.exporters import Source
from onpar.exporters.errors import ExportError
from onpar.exporters.torchscript import export
from onpar.exporters.tracing.trace import scripted_or_traced, traced
from onpar.parity.contract.chains import class_map, photo
from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec

SHAPE = (1, 3, 8, 8)


def source(module: nn.Module, outputs: int = 1, io: str = "tensor") -> Source:
    """Of a module that takes f32 [1, 3, 8, 8]; three positive samples."""

    def samples() -> Iterator[dict[str, np.ndarray]]:
        for seed in range(3):
            yield {"x": np.random.default_rng(seed).random(SHAPE, np.float32) + 0.1}

    names = ("first", "second")[:outputs]
    model = ModelSpec(
        recipe="mine",
        inputs=(TensorSpec("x", SHAPE),),
        outputs=tuple(TensorSpec(name, SHAPE) for name in names),
        steps=(
            *photo("x", 8, 8, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
            class_map("first", ("a", "b", "c"), ((0, 0, 0),) * 3),
        ),
    )
    return Source(module.eval(), None, model, "fp32", io, samples)


@pytest.mark.parametrize("module", u.BAKED, ids=lambda one: one.__name__)
def test_a_trace_that_would_bake_in_a_value_is_refused_with_the_line(
    module: type[u.Traced],
) -> None:
    lines, start = inspect.getsourcelines(module)
    [line] = [start + i for i, code in enumerate(lines) if u.BAKED[module] in code]
    with pytest.raises(ExportError) as error:
        scripted_or_traced(module(), source(module()))
    assert f"untraceable.py, line {line}: {u.BAKED[module]}" in str(error.value)
    assert 'in the recipe left_out={"torchscript": "why"}' in str(error.value)


@pytest.mark.parametrize("module", u.SOUND, ids=lambda one: one.__name__)
def test_a_decision_on_shapes_or_constants_may_be_baked_in(module: type[u.Traced]) -> None:
    outputs = 2 if module is u.Masked else 1
    made = module().eval()
    script = scripted_or_traced(made, source(made, outputs))
    for probe in (torch.rand(SHAPE) + 0.1, torch.rand(SHAPE) * 9 + 0.1):
        expected = made(probe)
        for got, one in zip(script(probe), expected if outputs == 2 else (expected,), strict=True):
            assert torch.equal(got, one)


def test_a_branch_that_nothing_shows_is_found_by_other_inputs() -> None:
    with pytest.raises(ExportError, match="computes something else than the module on another"):
        scripted_or_traced(u.HiddenBranch(), source(u.HiddenBranch()))


def test_what_can_neither_be_compiled_nor_traced_says_why() -> None:
    with pytest.raises(ExportError, match=r"variable number .* nor traced \(not while traced\)"):
        scripted_or_traced(u.Fails(), source(u.Fails()))


class Branches(nn.Module):
    """Compiles: what it decides is in the script."""

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        if bool(x.mean() > 0):
            x = x * 2
        return {"first": x}


def test_what_compiles_keeps_its_branches() -> None:
    script = scripted_or_traced(Branches(), source(Branches()))
    for factor in (1, -1):
        x = torch.ones(SHAPE) * factor
        assert torch.equal(script(x)["first"], Branches()(x)["first"])


def test_a_script_that_compiles_and_does_not_run_is_traced() -> None:
    module = nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 3, 1)).requires_grad_(False)
    script = scripted_or_traced(module, source(module))
    x = torch.rand(SHAPE)
    assert torch.allclose(script(x)[0], module(x), rtol=0, atol=1e-6)


class Gelu(u.Traced):
    def of(self, x: Tensor) -> Tensor:
        return nn.functional.gelu(x)


def test_a_traced_operator_of_a_newer_file_version_is_written(tmp_path: Path) -> None:
    path = tmp_path / "gelu.pt"
    assert "aten::gelu" in export(source(Gelu()), path).operators
    x = torch.rand(SHAPE)
    assert torch.equal(torch.jit.load(path)(x)[0], nn.functional.gelu(x))


def test_io_image_of_a_baked_in_branch_is_refused_for_core_ml_too(tmp_path: Path) -> None:
    from onpar.exporters.coreml import export as export_coreml

    with pytest.raises(ExportError, match=r'if x.mean\(\) > 100:.* left_out={"coreml": "why"}'):
        export_coreml(source(u.BranchOnMean(), io="image"), tmp_path / "mine.mlpackage")


def test_a_trace_is_compared_on_the_photos_negated_and_on_zeros() -> None:
    seen: list[Tensor] = []

    class Records(u.Traced):
        def of(self, x: Tensor) -> Tensor:
            seen.append(x.clone())
            return x

    given = source(Records())
    traced(Records(), given, "it is not tried", "torchscript")
    firsts = [float(sample["x"].flat[0]) for sample in given.samples()]
    assert {*firsts, *(-first for first in firsts), 0.0} <= {float(one[0, 0, 0, 0]) for one in seen}
