"""The operators in a sidecar are those that its file asks for, read by another way than the
exporter's: an app's runtime is checked against them before it is shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
import torch
from artifacts import artifacts
from builds import MADE
from executorch.exir._serialize._program import deserialize_pte_binary
from torch.jit.mobile import _get_model_ops_and_info

from onpar.exporters import VARIANTS
from onpar.exporters.graphs import ort_order
from onpar.parity.judge.delegation import delegation

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.load.*deprecated:FutureWarning")


def of_a_script(path: Path) -> set[str]:
    graph = torch.jit.load(path).inlined_graph
    return {kind for kind in kinds(graph) if not kind.startswith("prim::")}


def kinds(block: torch.Graph | torch.Block) -> set[str]:
    """The operators of a block's nodes, and of the blocks in them."""
    nodes = list(block.nodes())
    inner = (kinds(below) for node in nodes for below in node.blocks())
    return {node.kind() for node in nodes}.union(*inner)


def of_bytecode(path: Path) -> set[str]:
    return set(_get_model_ops_and_info(str(path)))


def of_onnx(path: Path) -> set[str]:
    nodes = onnx.load(path).graph.node
    return {f"{node.domain or 'ai.onnx'}::{node.op_type}" for node in nodes}


def of_ort(path: Path) -> set[str]:
    session = ort_order.InferenceSession.InferenceSession  # type: ignore[attr-defined]
    graph = session.GetRootAs(path.read_bytes()).Model().Graph()
    nodes = [graph.Nodes(index) for index in range(graph.NodesLength())]
    names = ((node.Domain().decode() or "ai.onnx", node.OpType().decode()) for node in nodes)
    return {f"{domain}::{name}" for domain, name in names}


READERS: dict[str, Callable[[Path], set[str]]] = {
    "ptl": of_bytecode,
    "onnx": of_onnx,
    "ort": of_ort,
}
"""Core ML's program is read in test_coreml.py, ExecuTorch's below. `safetensors` has none."""

NAMESPACES = {
    "torchscript": {"aten", "prim", "quantized"},
    "ptl": {"aten", "prim", "quantized"},
    "onnx": {"ai.onnx"},
    "ort": {"ai.onnx", "com.microsoft"},
    "pte": {
        "XnnpackBackend/aten",
        "XnnpackBackend/quantized_decomposed",
        "aten",
        "dim_order_ops",
    },
    "pte_portable": {"aten", "dim_order_ops"},
    "pte_coreml": {"CoreMLBackend/aten"},
}

INTERPRETERS_OWN = {"aten::__getitem__", "aten::__is__", "aten::dim", "aten::format"}
"""What the lite interpreter has in itself (torch/csrc/jit/mobile/promoted_prim_ops.cpp)."""


@pytest.mark.parametrize("variant", [n for n in MADE if VARIANTS[n].format in READERS])
def test_the_operators_in_the_sidecar_are_those_of_the_file(wide_build: Path, variant: str) -> None:
    path, artifact = artifacts(wide_build)[variant]
    assert set(artifact.operators) == READERS[artifact.format](path)


@pytest.mark.parametrize("variant", [n for n in MADE if n.startswith("torchscript")])
def test_the_operators_in_a_scripts_sidecar_are_those_of_its_graph(
    wide_build: Path, variant: str
) -> None:
    path, artifact = artifacts(wide_build)[variant]
    listed = {name.partition(".")[0] for name in artifact.operators}
    assert listed - {"prim::unchecked_cast"} == of_a_script(path) - INTERPRETERS_OWN


@pytest.mark.parametrize("variant", [n for n in MADE if n.startswith("pte")])
def test_what_fell_back_in_an_executorch_program_is_what_its_runtime_is_asked_for(
    wide_build: Path, variant: str
) -> None:
    path, artifact = artifacts(wide_build)[variant]
    [plan] = deserialize_pte_binary(path.read_bytes()).program.execution_plan
    split = delegation(artifact)
    assert split is not None
    assert set(split.fell_back) == {f"{one.name}.{one.overload}" for one in plan.operators}
    assert split.delegated.keys() == {one.id for one in plan.delegates}
    portable = artifact.format == "pte_portable"
    assert bool(split.delegated) is not portable
    delegated = {name for names in split.delegated.values() for name in names}
    assert bool({"aten::convolution", "aten::conv2d"} & delegated) is not portable
    assert ("aten::convolution.out" in split.fell_back) is portable


@pytest.mark.parametrize("variant", [n for n in MADE if VARIANTS[n].format in NAMESPACES])
def test_operators_are_sorted_and_each_is_of_its_runtimes_namespaces(
    wide_build: Path, variant: str
) -> None:
    _, artifact = artifacts(wide_build)[variant]
    assert list(artifact.operators) == sorted(set(artifact.operators))
    assert {name.partition("::")[0] for name in artifact.operators} <= NAMESPACES[artifact.format]
    quantized = [name for name in artifact.operators if "uant" in name or "QLinear" in name]
    assert bool(quantized) is (artifact.precision == "int8")
