"""int8 of the demo weights loses next to nothing on held-out scenes, in both backends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builds import RECIPE, onpar

from onpar.pipeline.demo.write_scenes import write_scenes

VARIANTS = ("onnx-int8-tensor", "torchscript-int8-tensor")


@pytest.mark.slow
def test_int8_agrees_on_200_scenes_and_loses_at_most_half_a_point(tmp_path: Path) -> None:
    write_scenes(tmp_path / "scenes", 200, (400, 400))
    formats = [word for name in VARIANTS for word in ("--format", name)]
    options: list[str | Path] = [
        "--recipe",
        RECIPE,
        "--weights",
        "demo",
        *formats,
        "--build",
        tmp_path / "build",
    ]
    made = onpar("export", *options, "--json")
    assert made.returncode == 0, made.stderr
    paths = [one["path"] for one in json.loads(made.stdout) if one["variant"] in VARIANTS]
    folders: list[str | Path] = [
        "--images",
        tmp_path / "scenes/images",
        "--masks",
        tmp_path / "scenes/masks",
    ]
    files = [word for path in paths for word in ("--artifact", path)]
    done = onpar("evaluate", *folders, *files, "--build", tmp_path / "build", "--json", timeout=900)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)["evaluation"]["artifacts"]
    assert {one["variant"] for one in figures} == set(VARIANTS)
    for one in figures:
        seen = one["seen"]
        drop = seen["truth"]["drop"]
        said = f"{seen['agreement']:.2%}, {seen['foreground']:.2%}, {drop:+.2f} points"
        print(f"{one['variant']}: {said}")
        assert seen["agreement"] >= 0.995, said
        assert seen["foreground"] >= 0.98, said
        assert drop <= 0.5, said
