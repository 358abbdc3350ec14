"""The recipes whole, at the sizes that people export."""

from __future__ import annotations

from pathlib import Path

import pytest
from builds import onpar
from matrix import expected, found, run_in

from onpar.parity.contract.sidecar import read_sidecar

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("recipe", "size", "aux"),
    [
        ("deeplabv3_resnet50", "400x400", []),
        ("deeplabv3_resnet50", "128x128", []),
        ("deeplabv3_resnet50", "96x160", ["--keep-aux"]),
        ("deeplabv3_resnet101", "160x96", []),
        ("deeplabv3_mobilenet_v3_large", "400x400", []),
        ("deeplabv3_mobilenet_v3_large", "160x96", ["--keep-aux"]),
    ],
)
def test_every_float32_row_is_on_par_and_no_other_is_judged(
    recipe: str, size: str, aux: list[str], tmp_path: Path
) -> None:
    model = ["--recipe", recipe, "--size", size, "--weights", "seeded:0", *aux]
    options = ("--runs", "2", "--allow-unjudged", "--build", tmp_path)
    done = onpar("parity", *model, *options, timeout=3000)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found(run_in(tmp_path)) == expected(recipe)


@pytest.mark.parametrize(("aux", "megabytes"), [([], 159), (["--keep-aux"], 168)])
def test_torchscript_of_resnet50_takes_no_more_than_its_weights(
    aux: list[str], megabytes: int, tmp_path: Path
) -> None:
    model = ["--recipe", "deeplabv3_resnet50", "--size", "64x64", "--weights", "seeded:0", *aux]
    done = onpar("export", *model, "--format", "torchscript-fp32-tensor", "--build", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    [sidecar] = (tmp_path / "artifacts").glob("*.pt.json")
    assert read_sidecar(sidecar).bytes == pytest.approx(megabytes * 1e6, rel=0.01)
