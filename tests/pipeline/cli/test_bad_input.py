"""Wrong usage is refused with the fault, what was expected, and the way out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from builds import RECIPE
from calls import SEEDED, refusal
from here import onpar_here

from onpar.exporters import FORMATS, VARIANTS
from onpar.parity.files.atomic import write_text
from onpar.pipeline.recipes import RECIPES
from onpar.pipeline.targets import TARGETS


def test_an_unknown_recipe_lists_the_known_and_leaves_nothing_behind(tmp_path: Path) -> None:
    build = tmp_path / "build"
    for name in ("deeplab", "../escape", ""):
        said = refusal("export", "--recipe", name, "--build", build)
        assert said.startswith(f"onpar: unknown recipe {name!r}; known: ")
        assert all(recipe in said for recipe in RECIPES)
    assert not build.exists()


@pytest.mark.parametrize(
    "name", ["tflite", "onnx-fp16", "onnx-int8-image", "onnx-fp32-tensor-x", "onnx-", "int8", ""]
)
def test_an_unknown_format_lists_the_known_and_their_variants(tmp_path: Path, name: str) -> None:
    said = refusal("export", *SEEDED, "--format", name, "--build", tmp_path)
    assert said == (
        f"onpar: unknown format {name!r}; known: {', '.join(FORMATS)}, or one variant of them: "
        f"{', '.join(VARIANTS)}"
    )
    assert not list(tmp_path.iterdir())


def test_an_unknown_target_lists_the_known_before_anything_is_exported(tmp_path: Path) -> None:
    said = refusal("capture", *SEEDED, "--target", "iphone", "--build", tmp_path)
    assert said == f"onpar: unknown target 'iphone'; known: {', '.join(TARGETS)}"
    assert not list(tmp_path.iterdir())


def test_a_target_that_cannot_run_here_says_what_it_needs(tmp_path: Path) -> None:
    said = refusal("capture", *SEEDED, "--target", "coreml", "--build", tmp_path)
    assert said == f"onpar: target 'coreml' cannot run here: {TARGETS['coreml'].needs}"


@pytest.mark.parametrize("size", ["400", "4by4", "0x400", "400x-1", "99999x1", "400x400x3", ""])
def test_a_size_that_is_none_says_how_to_write_one(tmp_path: Path, size: str) -> None:
    said = refusal("export", "--recipe", RECIPE, f"--size={size}", "--build", tmp_path)
    assert said.startswith(f"onpar: --size {size!r}: expected HxW such as 400x400")


@pytest.mark.parametrize("weights", ["seeded:", "seeded:x", "seeded:-1", "seeded:1e3", "seeded:²"])
def test_a_seed_that_is_none_says_how_to_write_one(tmp_path: Path, weights: str) -> None:
    said = refusal("export", "--recipe", RECIPE, "--weights", weights, "--build", tmp_path)
    assert said == f"onpar: --weights {weights!r}: the seed must be a number, such as seeded:0"


@pytest.mark.parametrize("weights", ["nowhere.pth", "", "/", "pretraind"])
def test_weights_that_do_not_exist_list_what_there_is(tmp_path: Path, weights: str) -> None:
    said = refusal("export", "--recipe", RECIPE, "--weights", weights, "--build", tmp_path)
    why = "is a folder" if Path(weights).is_dir() else "no such file"
    assert f"--weights {weights!r}: {why}; known: auto, pretrained, demo, built, seeded:N" in said


@pytest.mark.parametrize(("option", "value"), [("--runs", "-1"), ("--threads", "-1")])
def test_a_number_out_of_range_is_refused(tmp_path: Path, option: str, value: str) -> None:
    said = refusal("capture", *SEEDED, option, value, "--build", tmp_path)
    assert f"Invalid value for '{option}': {value} is not in the range" in said


def test_captures_that_do_not_exist_are_named(tmp_path: Path) -> None:
    for arguments in ([tmp_path / "nowhere"], ["--build", tmp_path / "nowhere"]):
        said = refusal("check", *arguments)
        assert "nowhere" in said
        assert said.endswith("no such capture file or folder; make captures with `onpar parity`")


def test_a_folder_without_captures_fails_as_nothing_was_compared(tmp_path: Path) -> None:
    done = onpar_here("check", tmp_path, "--build", tmp_path)
    assert done.returncode == 2
    assert "Nothing was compared, and that is a failure" in " ".join(done.stdout.split())


@pytest.mark.parametrize("row", ["onnxruntime", "a:b", "::", "a:b:c:d", ""])
def test_a_required_row_that_is_none_shows_one(tmp_path: Path, row: str) -> None:
    said = refusal("check", tmp_path, "--require", row, "--build", tmp_path)
    assert f"--require {row!r}: expected TARGET:VARIANT:CASE, such as onnxruntime:" in said


def test_a_required_row_on_an_unknown_target_lists_the_known(tmp_path: Path) -> None:
    said = refusal("check", tmp_path, "--require", "phone:onnx-fp32-tensor:cat")
    assert said.endswith(f"unknown target; known: {', '.join(TARGETS)}")


def test_a_report_of_what_is_no_run_is_refused(tmp_path: Path) -> None:
    write_text(tmp_path / "other.json", '{"format": "something else"}')
    for path in (tmp_path / "other.json", tmp_path / "nowhere.json", tmp_path):
        said = refusal("report", path)
        assert said.startswith(f"onpar: {path}: not a run that was kept (")
        assert said.endswith("; keep one with `onpar check --write-json`")


def test_a_run_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    onpar_here("check", tmp_path, "--write-json", tmp_path / "run.json", "--build", tmp_path)
    text = (tmp_path / "run.json").read_text()
    write_text(tmp_path / "run.json", text.replace("{", '{"required": [],', 1))
    assert "has the key 'required' twice" in refusal("report", tmp_path / "run.json")


def test_a_build_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    assert "is a file" in refusal("export", *SEEDED, "--build", file)
    assert refusal("export", *SEEDED, "--build", file / "below").count("Not a directory")
    assert file.read_text() == "mine"


def test_a_run_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    kept = tmp_path / "file" / "run.json"
    said = refusal("check", tmp_path, "--write-json", kept, "--build", tmp_path)
    assert str(tmp_path / "file") in said
    places: dict[str | Path, str] = {
        tmp_path: "Is a directory",
        "/proc/x.json": "No such file",
        "/dev/full": "No space",
    }
    for place, why in places.items():
        if Path(place).parent.is_dir():  # Linux has those two
            said = refusal("check", tmp_path, "--write-json", place, "--build", tmp_path)
            assert said.startswith(f"onpar: --write-json {place}: cannot be written ({why}")
            assert said.endswith("name a file in a folder that can be written")
            assert "--build" not in said


def test_a_recipe_and_a_report_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    said = refusal("recipes", "--init", tmp_path / "file" / "my.py")
    assert said.startswith(f"onpar: --init {tmp_path}/file/my.py: cannot be written (")
    onpar_here("check", tmp_path, "--write-json", tmp_path / "run.json", "--build", tmp_path)
    said = refusal("report", tmp_path / "run.json", "--out", tmp_path / "file" / "below")
    assert said.startswith(f"onpar: {tmp_path}/file/below/: cannot be written (")
    assert said.endswith("name a folder that can be written with --out")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_standard_output_on_a_full_disk_is_said_in_one_line(unbuffered: str) -> None:
    command = [sys.executable, "-m", "onpar", "targets"]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "onpar: standard output: No space left on device; free some space, or send it elsewhere\n"
    )


def test_a_damaged_sidecar_is_named_with_the_way_out(tmp_path: Path) -> None:
    write_text(tmp_path / "artifacts" / "model.onnx.json", '{"version": ')
    said = refusal("check", tmp_path, "--build", tmp_path, "--json")
    assert "model.onnx.json: not a readable sidecar" in said
    assert said.endswith("run `onpar export`")


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "onpar", "recipes", "--json"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert done.stderr == ""
