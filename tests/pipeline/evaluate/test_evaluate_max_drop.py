"""`onpar evaluate --max-drop`: real artifacts over photos, with their truth and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builds import model_of
from here import onpar_here
from PIL import Image

from onpar.parity.contract.golden import read_golden
from onpar.parity.evaluation.evaluation import read_evaluation


@pytest.fixture(scope="module")
def street(street_int8: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """An int8 file, its photos, and as their masks what the float model shows of them."""
    images, masks = (tmp_path_factory.mktemp(name) for name in ("images", "masks"))
    for path in (street_int8 / "goldens").rglob("*.safetensors"):
        tensors = read_golden(path).capture.tensors
        Image.fromarray(tensors["resized"]).save(images / f"{path.stem}.png")
        Image.fromarray(tensors["classmap"]).save(masks / f"{path.stem}.png")
    return model_of(street_int8, "int8-tensor.onnx"), images, masks


def evaluated(build: Path, *words: str | Path) -> tuple[int, dict[str, Any], str]:
    """The exit code, the JSON, and what a terminal shows."""
    command = ("evaluate", *words, "--build", build)
    done, shown = onpar_here(*command, "--json"), onpar_here(*command)
    assert done.returncode == shown.returncode
    return done.returncode, json.loads(done.stdout), " ".join(shown.stdout.split())


def test_with_masks_the_drop_of_miou_is_limited_in_json_terminal_and_page(
    street: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    file, images, masks = street
    words = ("--images", images, "--masks", masks, "--artifact", file)
    for limit, exit_code, answer in (
        ("0.0001", 1, "more than 0.0001 allowed"),
        ("50", 0, "within 5"),
    ):
        code, said, shown = evaluated(tmp_path, *words, "--max-drop", limit)
        [cost] = said["costs"]
        assert (code, cost["within"], cost["figure"]) == (exit_code, code == 0, "mIoU")
        assert cost["sentence"].startswith("onnx-int8-tensor costs ") and answer in cost["sentence"]
        assert cost["sentence"] in shown
        assert cost["sentence"] in Path(said["html"]).read_text("utf-8")
        assert read_evaluation(Path(said["json"])).max_drop == float(limit)
    code, said, shown = evaluated(tmp_path, *words)
    assert (code, said["costs"], said["ran"]) == (0, [], 0)
    assert "costs" not in shown


def test_without_masks_100_less_the_agreement_is_limited(
    street: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    file, images, _ = street
    words = ("--images", images, "--artifact", file)
    code, said, shown = evaluated(tmp_path, *words, "--max-drop", "0.1")
    [cost], [figures] = said["costs"], said["evaluation"]["artifacts"]
    assert (code, cost["figure"]) == (1, "agreement with float")
    assert cost["points"] == pytest.approx(100 - 100 * figures["seen"]["agreement"])
    assert "points of agreement with float: more than 0.1 allowed" in shown
    assert evaluated(tmp_path, *words, "--max-drop", "1")[0] == 0


def test_masks_that_show_nothing_have_no_drop_and_agreement_is_not_taken_for_it(
    street: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    file, images, _ = street
    masks = tmp_path / "masks"
    masks.mkdir()
    for path in images.iterdir():
        Image.fromarray(np.full((32, 48), 255, np.uint8)).save(masks / path.name)
    words = ("evaluate", "--images", images, "--masks", masks, "--artifact", file)
    done = onpar_here(*words, "--max-drop", "5", "--build", tmp_path / "build")
    assert done.returncode == 2
    assert f"--masks {masks}: no pixel of any mask counts, so --max-drop has no" in done.stderr
    assert onpar_here(*words, "--build", tmp_path / "build").returncode == 0
    remedy = [word for word in words if word not in ("--masks", masks)]
    assert onpar_here(*remedy, "--max-drop", "5", "--build", tmp_path / "build").returncode == 0


def test_with_labels_the_drop_of_top_1_of_each_artifact_is_limited(
    artifacts: tuple[Path, Path], tmp_path: Path
) -> None:
    rng, folder = np.random.default_rng(0), tmp_path / "photos"
    for index, colour in enumerate(("red", "green", "blue")):
        (folder / colour).mkdir(parents=True)
        for number in range(2):
            levels = rng.integers(60, 160, (40, 48, 3))
            levels[..., index] += 9
            Image.fromarray(levels.astype(np.uint8)).save(folder / colour / f"{number}.png")
    chosen = [word for path in artifacts for word in ("--artifact", path)]
    code, said, _ = evaluated(tmp_path, "--images", folder, *chosen, "--max-drop", "0")
    assert (code, [one["figure"] for one in said["costs"]]) == (0, ["top-1", "top-1"])
    variants = [one["variant"] for one in said["costs"]]
    assert variants == ["onnx-fp32-tensor", "onnx-int8-tensor"]
    assert said["costs"][0]["sentence"] == (
        "onnx-fp32-tensor costs 0.00 points of top-1 (0.00 to 0.00): within 0"
    )


def test_the_help_says_that_it_has_no_default() -> None:
    assert "It has no default" in " ".join(onpar_here("evaluate", "--help").stdout.split())
