"""The host reports what the user can fix in one sentence, exits with 2, and writes nothing."""

from __future__ import annotations

import json
import resource
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hosts import Host
from onnx import TensorProto, helper
from permissions import bound
from PIL import Image
from preps import Prep
from sidecars import artifact

from onpar.parity.contract.capture import read_capture
from onpar.parity.contract.classmap import argmax
from onpar.parity.contract.sidecar import sidecar_path, sidecar_text
from onpar.parity.files.atomic import TEMPORARY
from onpar.parity.image.fit import fit, normalise

HARD = Path(__file__).parents[2] / "golden" / "hard_images"

PREP = Prep("image", 6, 5, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3), "letterbox", (9, 99, 199))


def save_model(
    path: Path,
    shape: tuple[int, ...] = (1, 3, 6, 5),
    name: str = "image",
    operator: str = "Identity",
    opset: int = 17,
    ir_version: int = 10,
) -> None:
    """An ONNX file that gives its input back as scores of three classes, and its sidecar."""
    given = helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    scores = helper.make_tensor_value_info("out", TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        [helper.make_node(operator, [name], ["out"])], "identity", [given], [scores]
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir_version
    )
    onnx.save(model, path)
    save_sidecar(path)


def save_sidecar(path: Path, **changed: Any) -> None:
    """The sidecar of the bytes that lie there, with some of its fields changed."""
    values = json.loads(sidecar_text(artifact(PREP)))
    values |= {"file": path.name, "sha256": sha256(path.read_bytes()).hexdigest(), **changed}
    sidecar_path(path).write_text(json.dumps(values), "utf-8")


@pytest.fixture
def given(tmp_path: Path) -> dict[str, Path]:
    """What a sound call is given."""
    save_model(tmp_path / "model.onnx")
    pixels = np.random.default_rng(0).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return {
        "model": tmp_path / "model.onnx",
        "image": tmp_path / "photo.png",
        "out": tmp_path / "captures" / "photo.safetensors",
    }


def refused(host: Host, given: dict[str, Path], *sentence: str, **options: Any) -> None:
    done = host.capture(given["model"], given["image"], given["out"], **options)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith(host.prefix), done.stderr
    for words in sentence:
        assert words in done.stderr, done.stderr
    assert "; " in done.stderr, "it says what to do next"
    left = [*given["out"].parent.glob("*")] if given["out"].parent.is_dir() else []
    assert left == []


def test_the_sound_call_works(host: Host, given: dict[str, Path]) -> None:
    """With a size, a mean and a number of classes that no other model here has."""
    done = host.capture(given["model"], given["image"], given["out"])
    assert (done.returncode, done.stderr) == (0, "")
    assert [path.name for path in given["out"].parent.iterdir()] == ["photo.safetensors"]
    assert given["out"].stat().st_mode & 0o044, "others may read it, as the umask has it"
    got = read_capture(given["out"]).tensors
    resized = fit(got["decoded"], PREP)
    assert np.array_equal(got["resized"], resized)
    assert np.array_equal(got["out"], normalise(resized, PREP))
    assert np.array_equal(got["classmap"], argmax(got["out"]))


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def not_a_model(path: Path) -> None:
    path.write_bytes(b"no model")
    save_sidecar(path)


MODELS: dict[str, tuple[Callable[[Path], Any], tuple[str, ...]]] = {
    "absent": (Path.unlink, ("model.onnx: cannot be read (no such file), expected a model",)),
    "a folder": (made_a_folder, ("model.onnx: is a folder, expected a model",)),
    "no sidecar": (
        lambda p: sidecar_path(p).unlink(),
        ("model.onnx.json: cannot be read (no such file), expected the model's sidecar",),
    ),
    "sidecar of another model": (
        lambda p: p.write_bytes(p.read_bytes() + b"\0"),
        ("model.onnx: its SHA-256 is ", "its sidecar describes ", "from the same export"),
    ),
    "another version": (
        lambda p: save_sidecar(p, version="onpar-artifact/3"),
        ("model.onnx.json: is 'onpar-artifact/3', this app reads 'onpar-artifact/2'", "update"),
    ),
    "another format": (
        lambda p: save_sidecar(p, format="torchscript"),
        ("model.onnx: is torchscript, ", "export "),
    ),
    "other inputs": (
        lambda p: save_model(p, name="photo"),
        ("model.onnx: has the inputs photo: float32 [1, 3, 6, 5], its sidecar says image: ",),
    ),
    "another shape": (
        lambda p: save_model(p, shape=(1, 3, 5, 6)),
        ("has the inputs image: float32 [1, 3, 5, 6], its sidecar says image: float32 [1, 3, 6",),
    ),
    "an unknown operator": (
        lambda p: save_model(p, operator="Segmentify"),
        (
            "ONNX Runtime 1.",
            "cannot load it (",
            "Segmentify",
            "with an opset and operators that this version has",
        ),
    ),
    "a newer opset": (
        lambda p: save_model(p, opset=99),
        (
            "ONNX Runtime 1.",
            "cannot load it (",
            "Opset 99 is",
            "with an opset and operators that this version has",
        ),
    ),
    "a newer file format": (
        lambda p: save_model(p, ir_version=99),
        (
            "ONNX Runtime 1.",
            "cannot load it (",
            "IR version: 99",
            "with an opset and operators that this version has",
        ),
    ),
    "not a model": (
        not_a_model,
        ("model.onnx: ONNX Runtime 1.", "cannot load it", "export it again"),
    ),
}


@pytest.mark.parametrize("wrong", MODELS)
def test_a_wrong_model_or_sidecar(host: Host, given: dict[str, Path], wrong: str) -> None:
    damage, sentence = MODELS[wrong]
    damage(given["model"])
    refused(host, given, *sentence)


@pytest.mark.parametrize(
    "file, sentence",
    [
        ("cut.jpg", "cut.jpg: is broken or not whole"),
        ("cut.png", "cut.png: is broken or not whole"),
        ("above_40_megapixels.jpg", "8000x5001 is 40.0 megapixels, the limit is 40"),
        ("rgb_16bit.png", "a PNG of 16 bits a channel"),
        ("README.md", "is not an image that onpar supports"),
        ("absent.jpg", "absent.jpg: cannot be read (no such file), expected a JPEG or PNG"),
    ],
)
def test_a_wrong_photo(host: Host, given: dict[str, Path], file: str, sentence: str) -> None:
    refused(host, {**given, "image": HARD / file}, sentence)


def test_an_empty_photo(host: Host, given: dict[str, Path]) -> None:
    given["image"].write_bytes(b"")
    refused(host, given, "photo.png: is empty (0 bytes), expected a JPEG or PNG; copy it again")


ONE = ["--model", "m", "--image", "i", "--case", "c", "--out", "f"]


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["--model", "m"], "--case is missing; see --help"),
        (["--modle", "m"], "unknown option --modle; see --help"),
        (["--model"], "--model has no value; see --help"),
        (["--model", "m", "--case", "c", "--out", "f"], "--image is missing; see --help"),
        ([*ONE, "--model", "n"], "--model is given twice; see --help"),
        (
            [*ONE, "--image", "j", "--out", "g"],
            "--case is given 1 times and --image 2 times; each photo has one of each",
        ),
    ],
)
def test_wrong_usage(host: Host, words: list[str], sentence: str) -> None:
    done = host.run(*words)
    assert (done.returncode, done.stderr) == (2, f"{host.prefix}{sentence}\n")


def test_after_a_wrong_photo_the_captures_of_those_before_it_are_there(
    host: Host, given: dict[str, Path]
) -> None:
    words: list[str | Path] = ["--model", given["model"]]
    for name, image in (("a", given["image"]), ("b", HARD / "cut.jpg"), ("c", given["image"])):
        words += ["--image", image, "--case", name, "--out", given["out"].parent / name]
    done = host.run(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "cut.jpg: is broken or not whole" in done.stderr
    assert [path.name for path in given["out"].parent.iterdir()] == ["a"]
    assert read_capture(given["out"].parent / "a").info.case == "a"


@pytest.mark.parametrize("option", ["--runs", "--threads"])
def test_a_count_that_is_none(host: Host, given: dict[str, Path], option: str) -> None:
    done = host.capture(given["model"], given["image"], given["out"], option, "-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option}: got '-1', expected a number of 0 to 1000" in done.stderr


def test_a_full_disk_leaves_the_old_capture(
    host: Host, given: dict[str, Path], tmp_path: Path
) -> None:
    """A limit on a file's size stands for the disk's end: the write fails in its middle."""
    pixels = np.random.default_rng(0).integers(0, 256, (4000, 4000, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(given["image"], compress_level=0)
    given["out"].parent.mkdir()
    given["out"].write_text("the old one")
    limit = 40_000_000  # below the capture's 48 MB, above what ONNX Runtime unpacks
    done = host.capture(
        given["model"],
        given["image"],
        given["out"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert f"{host.prefix}{given['out']}: cannot be written (" in done.stderr
    assert done.stderr.count("\n") == 1
    assert given["out"].read_text() == "the old one"
    assert not [*given["out"].parent.glob(TEMPORARY + "*")]


def test_a_folder_that_may_not_be_written(host: Host, given: dict[str, Path]) -> None:
    folder = given["out"].parent
    folder.mkdir(mode=0o555)
    command = [*bound(), *host.command, "--case", "photo"]
    for name, path in given.items():
        command += [f"--{name}", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{given['out']}: cannot be written (" in done.stderr


def test_a_sidecar_of_wrong_values_is_refused_with_the_place(host: Host) -> None:
    sound = json.loads(sidecar_text(artifact(PREP)))
    wrong: list[tuple[Any, str]] = [
        ("{", "not a readable sidecar"),
        ("[" * 100_000, "not a readable sidecar"),
        ('{"version": NaN}', "not a readable sidecar"),
        ("{} {}", "not a readable sidecar"),
        ([], "its content is [], expected an object"),
        ({**sound, "version": 1}, "`version` is 1, expected a string"),
        ({k: v for k, v in sound.items() if k != "io"}, "has no `io`"),
        ({**sound, "io": "video"}, '`io` is "video", expected tensor or image'),
        ({**sound, "sha256": "aa"}, "`sha256` is"),
        (
            changed(sound, 1, {"height": 0}),
            "`steps[1].height` is 0, expected an int",
        ),
        (changed(sound, 1, {"height": 1e9}), "`steps[1].height` is 1"),
        (changed(sound, 1, {"height": 7}), "`model.inputs[0]"),
        (changed(sound, 1, {"height": 65535, "width": 65535}), "40 megapixels"),
        (changed(sound, 2, {"std": [0.2, 0, 0.3]}), "`steps[2].std[1]` is"),
        (changed(sound, 2, {"std": [0.2, 0.1]}), "has 2 items, expected 3"),
        (changed(sound, 2, {"mean": ["a", 0, 0]}), "`steps[2].mean[0]` is"),
        (changed(sound, 1, {"fit": "fill"}), "expected stretch, letterbox, crop or shorter"),
        (changed(sound, 1, {"pad": [0, 0, 256]}), "`steps[1].pad[2]` is 256"),
        (changed(sound, 4, {"palette": [[0, 0, 0]]}), "has 1"),
        (changed(sound, 2, {"step": "equalize"}), "equalize"),
        ({**sound, "outputs": [{**sound["outputs"][0], "shape": [2**30, 9]}]}, "at most 2 GiB"),
        ({**sound, "outputs": [{**sound["outputs"][0], "dtype": "bfloat16"}]}, "`outputs[0].dtype"),
    ]
    texts = [one if isinstance(one, str) else json.dumps(one) for one, _ in wrong]
    found = host.batch([{"do": "sidecar", "sidecar": text} for text in texts])
    for (_, sentence), got in zip(wrong, found, strict=True):
        assert isinstance(got, str), sentence
        assert got.startswith("sample.onnx.json: "), got
        assert sentence in got
        assert len(got) < 400


def changed(sound: Any, index: int, fields: dict[str, Any]) -> Any:
    """The sidecar with other constants of one step."""
    steps = [one | fields if at == index else one for at, one in enumerate(sound["steps"])]
    return {**sound, "steps": steps}
