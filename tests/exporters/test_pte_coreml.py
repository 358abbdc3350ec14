"""`.pte` files for Core ML: the whole model in one package, the same from every process."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from executorch.backends.apple.coreml import executorchcoreml
from programs import Delegable, FallsBack, source
from torch import Tensor, nn

from onpar.exporters import coreml, pte, pte_coreml
from onpar.exporters.checked import Checked
from onpar.exporters.errors import ExportError
from onpar.exporters.lowering import inmemoryfs
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.conversion_check import check
from onpar.pipeline.targets.mil.delegate import read_delegate


class Distances(Delegable):
    """An operator that Core ML has not."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.pdist(super().forward(x).flatten(2)[0])


def test_core_ml_takes_the_whole_model_and_nothing_falls_back(tmp_path: Path) -> None:
    names = pte_coreml.export(source(FallsBack()), tmp_path / "model.coreml.pte").operators
    assert {name.partition("/")[0] for name in names} == {"CoreMLBackend"}
    assert {"CoreMLBackend/aten::erf", "CoreMLBackend/aten::cumsum"} < set(names)


@pytest.mark.parametrize("exporter, key", [(pte_coreml, "pte_coreml"), (coreml, "coreml-int8")])
def test_an_input_of_8_bits_is_named_with_the_way_to_leave_the_variant_out(
    exporter: Any, key: str, tmp_path: Path
) -> None:
    of = replace(source(Delegable()), precision="int8" if exporter is coreml else "fp32")
    [spec] = of.model.inputs
    of = replace(of, model=replace(of.model, inputs=(replace(spec, dtype="uint8"),)))
    with pytest.raises(ExportError, match="input x is uint8: Core ML has no uint8 arrays") as error:
        exporter.export(of, tmp_path / "model")
    assert str(error.value).endswith(f'variant out: in the recipe left_out={{"{key}": "why"}}')


def identifier(path: Path) -> str:
    """By which a phone keeps the model that it has compiled."""
    content = path.read_bytes()
    start = content.index(b"executorch_", content.index(b'"identifier"'))
    return content[start : content.index(b'"', start)].decode()


def test_two_exports_are_equal_and_other_weights_have_another_identifier(tmp_path: Path) -> None:
    other = Delegable()
    with torch.no_grad():
        next(other.convolutions.parameters())[0, 0, 0, 0] += 1
    paths = []
    for index, module in enumerate((Delegable(), Delegable(), other)):
        paths.append(tmp_path / f"{index}.coreml.pte")
        pte_coreml.export(source(module), paths[-1])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert identifier(paths[0]) == identifier(paths[1]) != identifier(paths[2])


def test_an_operator_that_core_ml_has_not_is_named_and_no_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "model.coreml.pte"
    with pytest.raises(ExportError) as error:
        pte_coreml.export(source(Distances()), path)
    assert "Core ML does not take the whole model (" in str(error.value)
    assert "does not support the op aten._pdist_forward.default)" in str(error.value)
    assert 'in the recipe left_out={"pte_coreml": "why"}' in str(error.value)
    assert not path.exists()


def test_a_conversion_is_checked_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    plain, path = source(Delegable()), tmp_path / "model.coreml.pte"
    seen: list[Checked] = []

    def checked(*given: Any) -> Checked:
        seen.append(check(plain, tmp_path / "recipe.py", *given))
        return seen[-1] if len(seen) == 1 else Checked(9, "output out is off by up to 2")

    assert pte_coreml.export(replace(plain, check=checked), path)
    assert seen[0].right
    with pytest.raises(ExportError, match="computes something else: output out is off by up to 2"):
        pte_coreml.export(replace(plain, check=checked), path)


FILES = {
    "metadata.json": b'{"inputNames": ["x"]}',
    "model.mlpackage/Data/weights/weight.bin": bytes(range(256)) * 40,
    "model.mlpackage/Manifest.json": b"{}",
}


def test_executorchs_own_reader_finds_every_file_of_a_blob(tmp_path: Path) -> None:
    blob = inmemoryfs.written(FILES, "lowered_module")
    assert executorchcoreml.unflatten_directory_contents(blob, str(tmp_path))
    root = tmp_path / "lowered_module"
    below = [path for path in root.rglob("*") if path.is_file()]
    assert {p.relative_to(root).as_posix(): p.read_bytes() for p in below} == FILES
    assert inmemoryfs.read(blob) == FILES
    assert inmemoryfs.read(executorchcoreml.flatten_directory_contents(str(root))) == FILES


def nodes(*changed: tuple[int, str, object]) -> bytes:
    """A blob whose JSON is changed: in a node, a key to a value."""
    blob = inmemoryfs.written({"a": b"12345", "b/c": b"678"}, "root")
    data, text = blob[:8], blob[8:][::-1]
    found = json.loads(text)
    for index, key, value in changed:
        found["nodes"][index][key] = value
    return data + json.dumps(found).encode()[::-1]


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"}" * 5000,
        nodes((0, "dataRegion", {"offset": 0, "size": 1 << 40})),
        nodes((0, "dataRegion", {"offset": -4, "size": 2})),
        nodes((3, "children", {"a": 3})),
        nodes((3, "children", {"a": 17})),
        nodes((3, "children", ["a"])),
        nodes((0, "kind", 1), (0, "children", {"a": 3})),
        nodes((3, "children", {"a": 0, "b": 0})),
    ],
)
def test_a_blob_that_is_not_whole_is_refused(blob: bytes) -> None:
    with pytest.raises(inmemoryfs.BlobError):
        inmemoryfs.read(blob)


def test_a_program_that_hands_core_ml_nothing_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "model.pte"
    pte.export(source(FallsBack()), path)
    with pytest.raises(OnparError, match="expected one call of CoreMLBackend"):
        read_delegate(path.read_bytes(), "model.coreml.pte")
    for damaged in (b"", path.read_bytes()[:1000], b"PK" * 5000):
        with pytest.raises(OnparError, match="is not a whole ExecuTorch program"):
            read_delegate(damaged, "model.coreml.pte")
