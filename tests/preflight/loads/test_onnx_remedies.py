"""The way out of what an onnxruntime lacks is one that leads out."""

from __future__ import annotations

from pathlib import Path

import pytest
from onnx_built import model
from test_onnx import loaded, told, written


def test_the_way_out_of_too_new_an_opset_is_that_of_its_domain(tmp_path: Path) -> None:
    """`opset_version` is of ai.onnx only."""
    unused = model("Relu")
    unused.opset_import.add(domain="ai.onnx.ml", version=99)
    used = model("Scaler", domain="ai.onnx.ml", offset=[1.0], scale=[1.0])
    microsoft = model("Gelu", domain="com.microsoft")
    used.opset_import[1].version = microsoft.opset_import[1].version = 99
    words = {
        "nothing in it uses ai.onnx.ml": unused,
        'target_opset={"": ..., "ai.onnx.ml": 5}': used,
        "set com.microsoft to 1 in `model.opset_import`": microsoft,
    }
    for expected, made in words.items():
        path = written("", tmp_path, made)
        ways = [r.remedy for r in told(path).reasons if "opset 99" in r.what]
        assert len(ways) == 1 and expected in ways[0] and "opset_version" not in ways[0]
        assert loaded(path)


@pytest.mark.parametrize(
    "domain", ["ai.onnx.training", "ai.onnx.preview.training", "com.microsoft.nchwc"]
)
def test_a_later_opset_of_a_domain_of_which_nothing_is_used_is_refused(
    tmp_path: Path, domain: str
) -> None:
    for opset in (1, 2):
        made = model("Relu")
        made.opset_import.add(domain=domain, version=opset)
        path = written("", tmp_path, made)
        assert told(path).loads is (loaded(path) == "") is (opset == 1)


def test_the_way_out_of_a_missing_operator_is_that_of_its_domain(tmp_path: Path) -> None:
    for domain, expected in (
        ("com.microsoft", "without the optimizer"),
        ("nobody", "register a library that has nobody"),
        ("", "another `opset_version=`"),
    ):
        path = written("", tmp_path, model("Wobble", domain=domain))
        [reason] = told(path).reasons
        assert expected in reason.remedy
        assert loaded(path)
