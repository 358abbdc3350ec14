"""`.pte` files: what a delegate took and what not is told; a file that cannot load is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from executorch.runtime import Runtime
from numpy.typing import NDArray
from programs import (
    DecidesByValue,
    Delegable,
    FallsBack,
    MeanOfMap,
    PooledMap,
    PrimeMap,
    SmallMap,
    WithoutKernel,
    source,
)
from torch import nn
from torch.fx import GraphModule

from onpar.exporters import Source, pte, pte_portable
from onpar.exporters.errors import ExportError
from onpar.exporters.graphs.exported import exported
from onpar.exporters.lowering.xnnpack_means import in_blocks
from onpar.exporters.quantization.pt2e_int8 import OBSERVERS, quantized

FOLDED = {"XnnpackBackend/aten::_native_batch_norm_legit_no_training"}
"""What quantization folds into the convolutions before a delegate sees it."""

TAKEN = {"XnnpackBackend/aten::convolution", "XnnpackBackend/aten::relu"}


def largest_error(path: Path, of: Source) -> float:
    """The file's, loaded from its bytes, from the module in eager PyTorch, over the samples."""
    assert of.module is not None
    program = Runtime.get().load_program(path.read_bytes())
    worst = []
    for sample in of.samples():
        with torch.no_grad():
            expected = of.module(torch.from_numpy(sample["x"]))
        [got] = program.load_method("forward").execute((torch.from_numpy(sample["x"]),))
        worst.append(float((got - expected).abs().max()))
    assert worst
    return float(np.max(worst))


def test_what_xnnpack_takes_as_a_whole_is_named_its_own_and_nothing_fell_back(
    tmp_path: Path,
) -> None:
    path, of = tmp_path / "model.pte", source(Delegable())
    assert set(pte.export(of, path).operators) == TAKEN | FOLDED
    assert 0 <= largest_error(path, of) < 1e-5


def test_what_xnnpack_has_not_falls_back_and_is_named_as_the_runtimes_kernel(
    tmp_path: Path,
) -> None:
    path, of = tmp_path / "model.pte", source(FallsBack())
    names = pte.export(of, path).operators
    assert set(names) == TAKEN | FOLDED | {"aten::erf.out", "aten::cumsum.out"}
    assert list(names) == sorted(names)
    assert 0 <= largest_error(path, of) < 1e-5


def test_a_portable_file_has_no_delegate(tmp_path: Path) -> None:
    path, of = tmp_path / "model.portable.pte", source(FallsBack())
    names = pte_portable.export(of, path).operators
    assert {name for name in names if "/" in name} == set()
    assert {"aten::convolution.out", "aten::erf.out"} < set(names)
    assert b"XnnpackBackend" not in path.read_bytes()
    assert 0 <= largest_error(path, of) < 1e-5


@pytest.mark.parametrize("module", [MeanOfMap, PooledMap])
def test_a_portable_mean_of_a_large_map_is_exact(tmp_path: Path, module: type[nn.Module]) -> None:
    """65,536 numbers around 0.8 added up one after another were off by 3.7e-5, one side at a time
    by 6.6e-7."""
    path, of = tmp_path / "model.portable.pte", source(module())
    pte_portable.export(of, path)
    assert 0 <= largest_error(path, of) < 2e-6


@pytest.mark.parametrize("module", [PooledMap, PrimeMap])
def test_xnnpacks_mean_of_a_large_map_is_taken_in_blocks_and_delegated(
    tmp_path: Path, module: type[nn.Module]
) -> None:
    """As one mean it is off by 3.3e-5 to 3.7e-5 (below)."""
    path, of = tmp_path / "model.pte", source(module())
    names = pte.export(of, path).operators
    assert {name for name in names if "/" not in name} == {"aten::repeat.out"}
    assert "XnnpackBackend/aten::avg_pool2d" in names
    assert 0 <= largest_error(path, of) < 5e-6


def test_xnnpack_still_adds_up_one_number_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it does not any more, `in_blocks` can go."""
    monkeypatch.setattr(pte, "in_blocks", lambda program: program)
    path, of = tmp_path / "model.pte", source(PooledMap())
    pte.export(of, path)
    assert largest_error(path, of) > 2e-5


def test_a_program_without_a_mean_of_a_large_map_stays_as_it_is() -> None:
    for module in (Delegable(), SmallMap()):
        program = exported(source(module))
        before = str(program.graph)
        assert str(in_blocks(program).graph) == before


def test_an_operator_without_a_kernel_is_named_and_no_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "model.pte"
    with pytest.raises(ExportError) as error:
        pte.export(source(WithoutKernel()), path)
    assert "no delegate takes aten::sort.values" in str(error.value)
    assert 'in the recipe left_out={"pte": "why"}' in str(error.value)
    assert not path.exists()


def test_a_decision_by_value_is_refused_by_torch_export(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="data-dependent"):
        pte.export(source(DecidesByValue()), tmp_path / "model.pte")


@pytest.mark.parametrize("observer", OBSERVERS)
def test_int8_has_quantized_convolutions_and_agrees_with_float(
    tmp_path: Path, observer: str
) -> None:
    path, of = tmp_path / "model.pte", source(Delegable(), "int8")
    names = pte.export(of, path, observer).operators
    delegated = {name.partition("/")[2] for name in names}
    assert {
        "quantized_decomposed::quantize_per_tensor",
        "quantized_decomposed::dequantize_per_channel",
    } < delegated
    assert {name for name in names if "/" not in name} == set()
    # The scores reach 2.4, and a step of the output's scale is about 0.015.
    assert 0 < largest_error(path, of) < 0.1


def test_int8_is_calibrated_on_every_sample() -> None:
    of = source(Delegable(), "int8")
    wide = Source(of.module, None, of.model, "int8", "tensor", lambda: _widening(of))
    narrow = quantized(of, pte.quantizer("min-max"))
    widened = quantized(wide, pte.quantizer("min-max"))
    assert _input_scale(widened) == pytest.approx(10 * _input_scale(narrow), rel=0.2)


def _widening(of: Source) -> Iterator[Mapping[str, NDArray[Any]]]:
    """The samples, the last of them ten times as large."""
    *most, last = of.samples()
    yield from most
    yield {"x": last["x"] * 10}


def _input_scale(module: nn.Module) -> float:
    """The scale of the first quantized activation, which is the input."""
    assert isinstance(module, GraphModule)
    first = next(n for n in module.graph.nodes if "quantize_per_tensor" in str(n.target))
    return float(first.args[1])
