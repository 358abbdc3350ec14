"""What is given and cannot be judged is named, with exit code 2, and the other rows are judged."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import save
from safetensors.torch import save_file
from samples import artifact
from small_build import SmallBuild, capture, golden, small_build, tensors

from onpar.parity.contract.capture import write_capture
from onpar.parity.contract.golden import sealed
from onpar.parity.contract.measured import read_tolerances
from onpar.parity.contract.sidecar import read_sidecar, sidecar_text
from onpar.parity.contract.spec import RecipeOptions, SpecError
from onpar.parity.judge.run import read_run
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.check.reference_job import run_references
from onpar.pipeline.cli.main import main
from onpar.pipeline.errors import OnparError
from onpar.pipeline.module.build_module import build_module
from onpar.pipeline.paths import ROOT
from onpar.pipeline.recipes import load_recipe
from onpar.pipeline.recipes.recipe import photo


@pytest.fixture
def build(tmp_path: Path) -> SmallBuild:
    """A build whose folder of captures holds a sound one."""
    one = small_build(tmp_path)
    one.captured("sound")
    return one


def named(build: SmallBuild, *given: Path) -> list[str]:
    """What is named of the captures given (of the folder of captures), while the sound row is
    judged."""
    said = build.check(*(given or [build.captures]), "--json")
    assert said.exit_code == 2, said.output
    answer = json.loads(said.stdout)
    assert [row["status"] for row in answer["rows"]] == ["PASS"]
    assert "On par" not in answer["answer"].partition("could not be judged")[0]
    problems: list[str] = answer["run"]["problems"]
    assert said.stderr.splitlines() == [f"onpar: {problem}" for problem in problems]
    return problems


def test_nothing_is_named_where_all_is_judged_and_logs_beside_it_are_ignored(
    build: SmallBuild,
) -> None:
    for name in (
        ".DS_Store",
        "a.log",
        "x.safetensors.json",
        "onpar.log",
        "notes.txt",
        ".onpar-1-x.safetensors",
    ):
        (build.captures / name).write_bytes(b"")
    said = build.check(build.captures)
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    "name",
    [
        "X.SAFETENSORS", "x.SafeTensors", ".x.safetensors", "x.safetensors.1", "x.safetensors.part",
        "x.safetensor", "x.safetensors~", "x.safetensors (1)", "x.safetensors.crdownload",
        "x.safetensors ",
    ],
)  # fmt: skip
def test_what_may_be_a_capture_is_named_in_any_spelling(build: SmallBuild, name: str) -> None:
    shutil.copy(build.captures / "sound.safetensors", build.captures / name)
    [problem] = named(build)
    assert problem.startswith(f"{build.captures / name}: may be a capture, but its name")
    assert problem.endswith("rename it, or remove it")


def test_an_empty_folder_beside_a_good_one_is_named(build: SmallBuild) -> None:
    (build.captures / "empty").mkdir()
    (build.captures / "logs only").mkdir()
    (build.captures / "logs only" / "failed.log").touch()
    (build.captures / "logs only" / ".DS_Store").touch()
    says = "no capture in this folder; capture again, or remove the folder"
    assert named(build) == [
        f"{build.captures / 'empty'}: {says}",
        f"{build.captures / 'logs only'}: {says}",
    ]
    sound = build.captures / "sound.safetensors"
    assert named(build, sound, build.captures / "empty") == [f"{build.captures / 'empty'}: {says}"]


def test_links_in_a_folder_are_named_and_one_that_is_given_is_followed(
    build: SmallBuild, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    file = other / "x.safetensors"
    shutil.copy(build.captures / "sound.safetensors", file)
    (build.captures / "folder").symlink_to(other)
    (build.captures / "file.safetensors").symlink_to(file)
    (build.captures / "lost.safetensors").symlink_to(tmp_path / "gone")
    (build.captures / "notes").symlink_to(tmp_path / "gone")
    follow = "is a link, and links in a folder are not followed; give"
    assert named(build) == [
        f"{build.captures / 'file.safetensors'}: {follow} {file} itself",
        f"{build.captures / 'folder'}: {follow} {other} itself",
        f"{build.captures / 'lost.safetensors'}: {follow} {tmp_path / 'gone'} itself",
    ]
    for link in ("folder", "file.safetensors"):
        assert build.check(build.captures / link).exit_code == 0


def test_a_name_that_is_not_utf_8_is_named(build: SmallBuild) -> None:
    name = os.fsdecode(b"caf\xe9.safetensors")
    shutil.copy(build.captures / "sound.safetensors", build.captures / name)
    [problem] = named(build)
    assert problem == f"{build.captures}/caf\\udce9.safetensors: its name is not UTF-8; rename it"


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def listening(path: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as one:
        os.chdir(path.parent)  # a socket's path has 108 bytes at most
        one.bind(path.name)
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [(pipe, "is a named pipe, expected a regular file"), (listening, "is a socket, expected")],
)
def test_a_pipe_or_a_socket_in_the_folder_is_named_and_not_waited_for(
    build: SmallBuild, make: Callable[[Path], Path], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(build.captures)
    path = make(build.captures / "x.safetensors")
    [problem] = named(build)
    assert problem.startswith(f"{path}: {says}")
    [problem] = named(build, build.captures / "sound.safetensors", path)
    assert problem.startswith(f"{path}: {says}")


NO_CAPTURES: dict[str, tuple[bytes, str]] = {
    "x.onnx": (b"\x08\x0a\x12\x07pytorch" * 9, "is an ONNX model, not a capture; capture it with"),
    "x.PTE": (b"1234ET12" * 9, "is an ExecuTorch program, not a capture; capture it with"),
    "x.portable.pte": (b"1234ET12" * 9, "is an ExecuTorch program, not a capture"),
    "x.py": (b"import torch\n", "is Python code, not a capture; `onpar parity --recipe FILE`"),
    "x.json": (sidecar_text(artifact()).encode(), "is the sidecar of a model, not a capture; give"),
    "run.json": (b'{"format": "onpar-run/4"}', "is the result of a run, not a capture; give"),
    "y.json": (b"{}", "is JSON, not a capture; give files that a target has captured"),
    "x.txt": (b"hello\n", "is not a capture: it does not begin as a .safetensors file; give"),
    "empty": (b"", "is not a capture: it does not begin as a .safetensors file; give"),
    "w.safetensors": (save({"w": np.zeros(1)}), "is a file of weights, not a capture; capture it"),
    "pt.safetensors": (save({"w": np.zeros(1)}, {"format": "pt"}), "is a file of weights, not a"),
}


@pytest.mark.parametrize("name", NO_CAPTURES)
def test_a_file_that_is_no_capture_at_all_is_wrong_input_and_is_said_to_be_what_it_is(
    build: SmallBuild, tmp_path: Path, name: str
) -> None:
    content, says = NO_CAPTURES[name]
    path = tmp_path / name
    path.write_bytes(content)
    [problem] = named(build, build.captures / "sound.safetensors", path)
    assert problem.startswith(f"{path}: {says}")
    done = build.check(path)
    assert done.exit_code == 2
    assert "header too large" not in done.output


def test_a_folder_that_is_a_model_is_said_to_be_one(build: SmallBuild, tmp_path: Path) -> None:
    (tmp_path / "x.mlpackage" / "Data").mkdir(parents=True)
    [problem] = named(build, build.captures / "sound.safetensors", tmp_path / "x.mlpackage")
    assert problem.startswith(f"{tmp_path / 'x.mlpackage'}: is a Core ML model, not a capture; ")


@pytest.mark.parametrize("name", ["x.onnx", "x.pt", "x.mlpackage"])
def test_a_folder_of_captures_may_have_the_name_of_their_model(
    build: SmallBuild, name: str
) -> None:
    """`onpar capture` names it so."""
    folder = build.captures / name
    folder.mkdir()
    (build.captures / "sound.safetensors").rename(folder / "sound.safetensors")
    done = build.check(folder)
    assert done.exit_code == 0, done.output


def damages(sound: bytes) -> dict[str, bytes]:
    return {
        "cut in its data": sound[:-1],
        "cut in its header": sound[:100],
        "cut in its length": sound[:5],
        "empty": b"",
        "header's length": b"\xff" * 8 + sound[8:],
        "header's first byte": sound[:8] + b"[" + sound[9:],
        "metadata": sound.replace(b'"threads":', b'"treads":'),
        "format": sound.replace(b'"format":', b'"farmot":'),
    }


@pytest.mark.parametrize("damage", damages(b""))
def test_a_damaged_capture_is_a_row_that_is_unreadable(build: SmallBuild, damage: str) -> None:
    sound = build.captures / "sound.safetensors"
    path = build.captures / "damaged.safetensors"
    path.write_bytes(damages(sound.read_bytes())[damage])
    for given in ([build.captures], [sound, path]):
        done = build.check(*given, "--json")
        assert done.exit_code == 1
        answer = json.loads(done.stdout)
        assert answer["run"]["problems"] == []
        assert sorted(row["status"] for row in answer["rows"]) == ["PASS", "UNREADABLE"]


def refusal(*arguments: str | Path) -> str:
    """The last line of a refusal by a command that is run in this process."""
    done = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 2, done.output
    return done.stderr.splitlines()[-1]


def files_that(given: Path, tmp_path: Path) -> dict[str, list[str | Path]]:
    """Every command that reads a file which the user names, given the path."""
    build: list[str | Path] = ["--build", tmp_path / "build"]
    run = tmp_path / "run.json"
    return {
        "report": ["report", given],
        "--baseline": ["report", run, "--baseline", given],
        "--weights": ["export", "--weights", given, *build],
        "--recipe": ["export", "--recipe", given, *build],
        "preflight": ["preflight", given],
        "--artifact": ["evaluate", "--images", tmp_path, "--artifact", given, *build],
        "golden --from": ["golden", "--from", given, *build],
    }


@pytest.mark.parametrize(
    "command",
    ["report", "--baseline", "--weights", "--recipe", "preflight", "--artifact", "golden --from"],
)
@pytest.mark.parametrize("what", ["a named pipe", "a device"])
def test_a_pipe_and_an_endless_device_are_refused_at_once(
    build: SmallBuild, tmp_path: Path, command: str, what: str
) -> None:
    build.check(build.captures, "--write-json", tmp_path / "run.json")
    suffix = {"--recipe": ".py", "preflight": ".onnx"}.get(command, ".safetensors")
    path = tmp_path / f"given{suffix}"
    if what == "a device":
        path.symlink_to("/dev/zero")
    else:
        os.mkfifo(path)
    said = refusal(*files_that(path, tmp_path)[command])
    assert f"is {what}, expected a regular file; write its content to a file first" in said
    assert str(path) in said


def test_a_run_above_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.touch()
    os.truncate(path, 1 << 40)
    assert "has 1,099,511,627,776 bytes or more, at most 268,435,456 are read" in refusal(
        "report", path
    )


BROKEN = {
    "not UTF-8": (b'{"version": "onpar-artifact/2", "file": "\xff"}', "not UTF-8 at byte 41"),
    "UTF-16": ('{"version": 1}'.encode("utf-16"), "not UTF-8 at byte 0"),
    "deep": (b"[" * 200_000, ""),
    "another type": (b'{"version": []}', "Expected `str`, got `array`"),
    "empty": (b"", "truncated"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_sidecar_that_cannot_be_read_is_named_and_the_others_are_judged(
    build: SmallBuild, name: str
) -> None:
    content, says = BROKEN[name]
    path = build.sidecar.with_name("other.onnx.json")
    path.write_bytes(content)
    [problem] = named(build)
    assert problem.startswith(f"{path}: not a readable sidecar (")
    assert says in problem
    assert problem.endswith("); run `onpar export`")


@pytest.mark.parametrize("name", BROKEN)
def test_a_run_a_baseline_and_tolerances_that_cannot_be_read_say_why(
    build: SmallBuild, tmp_path: Path, name: str
) -> None:
    content, _ = BROKEN[name]
    build.check(build.captures, "--write-json", tmp_path / "run.json")
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    for command in ([broken], [tmp_path / "run.json", "--baseline", broken]):
        assert f"{broken}: not a run that was kept (" in refusal("report", *command)


def test_a_golden_that_is_half_there_is_named_and_the_others_are_judged(build: SmallBuild) -> None:
    path = build.golden.with_name("cat.safetensors")
    path.write_bytes(build.golden.read_bytes()[:-1])
    [problem] = named(build)
    assert problem.startswith(f"{path}: not a whole safetensors file")
    assert problem.endswith("make this golden again with `onpar golden`")


def test_a_golden_of_another_shape_costs_its_own_rows_alone(build: SmallBuild) -> None:
    flat = tensors() | {"image": tensors()["image"].reshape(1, -1)}
    write_capture(build.golden, sealed(golden(flat)))
    said = build.check(build.captures, "--json")
    assert said.exit_code == 2
    answer = json.loads(said.stdout)
    [row], [problem] = answer["rows"], answer["run"]["problems"]
    assert (row["status"], row["stage"]) == ("UNREADABLE", "golden")
    says = "the golden does not fit the artifact: image is float32 [1, 36], expected float32"
    assert says in row["sentence"]
    assert problem.startswith(f"{build.golden}: {says}")


def test_the_sidecar_of_another_file_is_named(build: SmallBuild) -> None:
    copy = build.sidecar.with_name("copy.onnx.json")
    shutil.copy(build.sidecar, copy)
    [problem] = named(build)
    assert problem.startswith(f"{copy}: is the sidecar of sample.onnx, but is named after another")


PHOTO, SCORES = artifact().model.inputs[0], artifact().model.outputs[0]

CONTRADICTIONS = {
    "recipe-digest": ('"recipe_sha256": "', '"recipe_sha256": "0', "expected 64 hexadecimal"),
    "another-recipe": ('"pad": [\n     0', '"pad": [\n     1', "its own model has"),
    "size": (
        '"height": 3,\n  "width"',
        '"height": 5,\n  "width"',
        "options are of size 5x4, steps[1] (resize-image) makes 3x4",
    ),
    "cases": ('"cases": [', '"cases": [{"name":"DOG","sources":[]},', "named 'DOG'"),
    "no-photo": ('"file": "dog.png"', '"file": ""', "cases[0].sources[0].file is '', expected"),
    "no-source": ('"name": "photo",\n', '"name": "left",\n', "left, its model takes photo"),
    "runs": (
        "[\n  3,\n  3",
        "[\n  3,\n  2",
        "runs is [3, 2], expected the first and the last step",
    ),
    "io-image": (
        "[\n  3,\n  3",
        "[\n  2,\n  4",
        "inputs: image is float32 [1, 3, 3, 4], resized of the steps is uint8 [3, 4, 3]",
    ),
    "other-steps": (
        '\n   "fit": "stretch"',
        '\n   "fit": "crop"',
        "steps are not those of its model",
    ),
    "io": ('"io": "tensor"', '"io": "text"', "io is 'text', expected tensor or image"),
    "file": ('"file": "sample.onnx"', '"file": "../sample.onnx"', "expected the name of a file"),
    "digest": ('"sha256": "', '"sha256": "zz', "expected 64 hexadecimal digits"),
    "palette": (
        '"something"\n',
        '"something", "third"\n',
        "steps[4] (argmax): classes are 3, out is [1, 2, 3, 4]",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_sidecar_that_contradicts_itself_is_named(tmp_path: Path, name: str) -> None:
    old, new, says = CONTRADICTIONS[name]
    text = sidecar_text(artifact())
    assert old in text
    path = tmp_path / "sample.onnx.json"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as refused:
        read_sidecar(path)
    assert f"{path}: contradicts itself: " in str(refused.value)
    assert says in str(refused.value)
    assert str(refused.value).endswith("; run `onpar export`")


ODD: dict[str, dict[str, Any]] = {
    "shape": {"outputs": (replace(SCORES, shape=(1, 2, 12)),)},
    "no-values": {"outputs": (replace(SCORES, shape=(1, 2, 0, 4)),)},
    "too-many": {"outputs": (replace(SCORES, shape=(1, 2, 1 << 20, 1 << 20)),)},
    "dtype": {"model": replace(artifact().model, outputs=(replace(SCORES, dtype="int64"),))},
    "inputs": {"inputs": (replace(PHOTO, shape=(1, 3, 4, 3)),)},
    "pixels": {"inputs": (replace(PHOTO, dtype="uint8"),)},
    "more": {"inputs": (PHOTO, replace(PHOTO, name="photo"))},
}


@pytest.mark.parametrize("name", ODD)
def test_specs_that_the_model_does_not_have_are_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "sample.onnx.json"
    path.write_text(sidecar_text(artifact(**ODD[name])), encoding="utf-8")
    with pytest.raises(SpecError, match="contradicts itself: "):
        read_sidecar(path)


def test_what_a_lower_precision_costs_contradicts_float32(tmp_path: Path) -> None:
    kept = json.loads((ROOT / "tests" / "fuzz" / "seeds" / "tolerances" / "sound").read_bytes())
    measured = json.dumps(kept["tolerances"][0])
    path = tmp_path / "sample.onnx.json"
    text = sidecar_text(artifact()).replace('"measured": null', f'"measured": {measured}')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        SpecError, match="a measured tolerance, which is only for a precision below float32"
    ):
        read_sidecar(path)


def test_a_run_is_written_through_links_and_into_standard_output(
    build: SmallBuild, tmp_path: Path
) -> None:
    kept, link = tmp_path / "kept.json", tmp_path / "link.json"
    link.symlink_to(kept)
    assert build.check(build.captures, "--write-json", link).exit_code == 0
    assert link.is_symlink()
    assert len(read_run(kept).verdicts) == 1
    assert build.check(build.captures, "--write-json", os.devnull).exit_code == 0
    assert Path(os.devnull).is_char_device()
    words = ["check", build.captures, "--build", build.root, "--write-json", "/dev/stdout"]
    command = [sys.executable, "-m", "onpar", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, _, written = done.stdout.partition("\n{\n")
    assert json.loads("{" + written)["format"] == "onpar-run/4"
    assert "On par" in said


COMMANDS = (
    ["--help"], ["check", "--help"], ["recipes"], ["recipes", "--json"], ["targets"],
    ["targets", "--json"], ["env"], ["report", "RUN"], ["report", "RUN", "--baseline", "RUN"],
    ["check", "CAPTURES", "--build", "BUILD"], ["check", "CAPTURES", "--build", "BUILD", "--json"],
    ["preflight", "grün.onnx"], ["export", "--recipe", "grün"],
)  # fmt: skip


def test_every_command_speaks_to_a_terminal_of_ascii(build: SmallBuild, tmp_path: Path) -> None:
    wrong = tensors() | {"out": np.zeros((1, 2, 3, 4), np.float32)}
    build.captured("größe", capture(wrong, device="Prozessor für Größe — 1"))
    build.check(build.captures, "--write-json", tmp_path / "run.json")
    real = {"RUN": tmp_path / "run.json", "CAPTURES": build.captures, "BUILD": build.root}
    for words in COMMANDS:
        runner = CliRunner(charset="ascii")
        done = runner.invoke(main, [str(real.get(w, w)) for w in words], catch_exceptions=False)
        assert done.stdout_bytes.isascii(), words
        assert done.exit_code in (0, 1, 2), words
        if words[-1] == "--json":
            json.loads(done.stdout_bytes)


def test_a_process_whose_output_is_ascii_does_not_end_in_a_traceback() -> None:
    command: list[str | bytes] = [sys.executable, "-m", "onpar", "check", "größe", b"caf\xe9"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, env=environment)
    assert done.returncode == 2
    # click takes a terminal of ASCII for one that was not set up, and writes UTF-8.
    assert done.stderr.decode().startswith("onpar: größe: no such capture file or folder")


def test_a_run_with_a_stage_that_is_not_known_here_is_refused(
    build: SmallBuild, tmp_path: Path
) -> None:
    path = tmp_path / "run.json"
    build.check(build.captures, "--write-json", path)
    path.write_text(path.read_text().replace('"stage": "decode-image"', '"stage": "tokens"'))
    assert "has a stage 'tokens', this onpar knows file, identity, " in refusal("report", path)


def test_photos_masks_and_tolerances_are_regular_files(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    os.mkfifo(path)
    for read in (file_digest, photo, read_tolerances):
        with pytest.raises(Exception, match="is a named pipe, expected a regular file"):
            read(path)
    other = tmp_path / "y.png"
    other.touch()
    os.truncate(other, 1 << 40)
    with pytest.raises(OnparError, match="at most 268,435,456 are read"):
        photo(other)


def test_an_input_that_the_reference_cannot_run_on_costs_no_other_capture(tmp_path: Path) -> None:
    options = RecipeOptions(str(ROOT / "tests" / "user_recipes" / "recommender.py"))
    module = build_module(load_recipe(options))
    save_file(module.state_dict(), tmp_path / "weights.safetensors")
    paths = []
    for film in (100, 3):  # of 100 films, the first of which is 0
        inputs = {"seen": np.full((1, 5), film), "person": np.zeros((1, 4), "f4")}
        paths.append(str(tmp_path / f"{film}.safetensors"))
        write_capture(Path(paths[-1]), capture(tensors() | inputs))
    weights, cache = str(tmp_path / "weights.safetensors"), tmp_path / "cache"
    reasons = run_references(msgspec.to_builtins(options), weights, "key", paths, str(cache))
    assert list(reasons) == paths[:1]
    assert "index out of range" in reasons[paths[0]]
    assert len(list(cache.iterdir())) == 1
