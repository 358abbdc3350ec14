"""A wrong argument is an OnparError that names the argument, what was given and the remedy; nothing
that was given as empty counts as everything."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from python_calls import RECIPE
from small_build import small_build

import onpar
from onpar import OnparError
from onpar.pipeline.cli.judging_commands import check
from onpar.pipeline.cli.making_commands import parity
from onpar.pipeline.python.options import ARGUMENTS, for_caller, typed

RUN: Any = onpar.run_parity
CAPTURES: Any = onpar.check_captures
ARTIFACT: Any = onpar.check_artifact


class Module:
    """As torch.nn.Linear: no path, and with a repr of several lines."""

    def __repr__(self) -> str:
        return "Module(\n" + "  (0): Linear\n" * 99 + ")"


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a module": (
        lambda: RUN(Module()),
        "recipe is of type Module: expected the name of a recipe, or the path of a .py file that "
        "makes one; `onpar recipes --init my_recipe.py` writes such a file",
    ),
    "a state dict": (
        lambda: RUN(RECIPE, weights={"a": np.zeros(3)}),
        "weights is of type dict: expected auto, pretrained, demo, built, seeded:N, or the path of "
        "a state dict; `torch.save(module.state_dict(), 'weights.pth')` writes one",
    ),
    "weights": (lambda: RUN(RECIPE, weights=3), "weights=3: expected auto, pretrained"),
    "seed": (lambda: RUN(RECIPE, weights="seeded:x"), "weights='seeded:x': the seed must be a"),
    "weights file": (lambda: RUN(RECIPE, weights="my absent.pth"), "weights='my absent.pth': no"),
    "recipe file": (
        lambda: RUN("my absent.py"),
        "recipe='my absent.py': no such file; `onpar recipes --init my absent.py` writes a start",
    ),
    "build": (lambda: RUN(RECIPE, build=3), "build=3: expected the path of a folder"),
    "build of captures": (lambda: CAPTURES("a", build=None), "build=None: expected the path of"),
    "no build": (lambda: CAPTURES("a", build=""), "build='': expected the path of a folder"),
    "a number": (lambda: RUN(RECIPE, size=96), "size=96: expected (height, width) in pixels"),
    "three": (lambda: RUN(RECIPE, size=(1, 3, 96)), "size=(1, 3, 96): expected (height, width)"),
    "0": (lambda: RUN(RECIPE, size=(0, 5)), "size=(0, 5): expected (height, width) in pixels, 1"),
    "half": (lambda: RUN(RECIPE, size=(9.5, 5)), "size=(9.5, 5): expected (height, width)"),
    "size": (lambda: RUN(RECIPE, size="96"), "size='96': expected HxW such as 400x400"),
    "calibration": (lambda: RUN(RECIPE, calibration=3), "calibration=3: expected the path of a"),
    "tolerances": (lambda: RUN(RECIPE, tolerances=[]), "tolerances=[]: expected the path of a"),
    "threads": (lambda: RUN(RECIPE, threads="2"), "threads='2': expected an integer of at least 0"),
    "-1": (lambda: RUN(RECIPE, threads=-1), "threads=-1: expected an integer of at least 0"),
    "runs": (lambda: RUN(RECIPE, runs=1001), "runs=1001: expected an integer of at least 0 and at"),
    "bool": (lambda: RUN(RECIPE, runs=True), "runs=True: expected an integer"),
    "offline": (lambda: RUN(RECIPE, offline="no"), "offline='no': expected True or False"),
    "max_drop": (lambda: RUN(RECIPE, max_drop="5"), "max_drop='5': expected a number from 0 to 1"),
    "nan": (lambda: RUN(RECIPE, max_drop=float("nan")), "max_drop=nan: expected a number from 0"),
    "drop of captures": (lambda: CAPTURES("a", max_drop=-1), "max_drop=-1: expected a number from"),
    "its drop": (lambda: ARTIFACT("a.onnx", max_drop=101), "max_drop=101: expected a number from"),
    "no map": (
        lambda: RUN(RECIPE, max_drop=5, size=(32, 48), weights="built"),
        "max_drop: photo_and_text: shows neither a class map nor a mask, so there is nothing to "
        "limit; leave it out, or limit what many images cost with `onpar evaluate --max-drop`",
    ),
    "keep_aux": (lambda: RUN(RECIPE, keep_aux=1), "keep_aux=1: expected True or False"),
    "targets": (lambda: RUN(RECIPE, targets=3), "targets=3: expected a name, or several in a list"),
    "formats": (lambda: RUN(RECIPE, formats=[3]), "formats=[3]: expected a name, or several"),
    "a format": (
        lambda: RUN(RECIPE, formats="ptl", targets="onnxruntime"),
        "targets onnxruntime runs",
    ),
    "captures": (lambda: CAPTURES(3), "captures=3: expected the path of a capture file or of a"),
    "an array": (lambda: CAPTURES(np.zeros(3)), "captures is of type ndarray: expected the path"),
    "a mapping": (lambda: CAPTURES({"a": 1}), "captures is of type dict: expected the path of a"),
    "bytes": (lambda: CAPTURES(b"a"), "captures=b'a': expected the path of a capture file or of"),
    "a list in it": (lambda: CAPTURES([["a"]]), "captures is of type list: expected the path"),
    "empty text": (lambda: CAPTURES(""), "captures='': expected the path of a capture file"),
    "NUL": (lambda: CAPTURES("a\0b"), "captures='a\\x00b': expected the path of a capture file"),
    "require": (lambda: CAPTURES(require=3), "require=3: expected a name, or several in a list"),
    "row": (lambda: CAPTURES(require="dog"), "require='dog': expected TARGET:VARIANT:CASE"),
    "report": (lambda: CAPTURES("a", report=3), "report=3: expected the path of a folder"),
    "artifact": (lambda: ARTIFACT(3), "artifact=3: expected the path of one exported file"),
    "artifacts": (lambda: ARTIFACT(["a", "b"]), "artifact=['a', 'b']: expected the path of one"),
    "no artifact": (lambda: ARTIFACT(""), "artifact='': expected the path of one exported file"),
    "its report": (lambda: ARTIFACT("a.onnx", report=""), "report='': expected the path of a f"),
    "its targets": (lambda: ARTIFACT("a.onnx", targets=Module()), "targets is of type Module: exp"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_argument_is_named_with_what_is_expected(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call, said = WRONG[kind]
    with pytest.raises(OnparError) as raised:
        call()
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


EMPTY: dict[str, tuple[Callable[[], object], str]] = {
    "captures": (lambda: CAPTURES([]), "captures"),
    "a glob": (lambda: CAPTURES(Path().glob("absent/*.safetensors")), "captures"),
    "formats": (lambda: RUN(RECIPE, formats=[]), "formats"),
    "targets": (lambda: RUN(RECIPE, targets=()), "targets"),
    "targets of an artifact": (lambda: ARTIFACT("build/artifacts/a.onnx", targets=[]), "targets"),
}


@pytest.mark.parametrize("kind", EMPTY)
def test_an_empty_list_is_refused_and_never_means_everything(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    call, what = EMPTY[kind]
    with pytest.raises(OnparError) as raised:
        call()
    assert str(raised.value) == (
        f"{what}: the list is empty, so no {what} were given; None, the default, means all"
    )


def test_no_argument_means_the_captures_of_the_build_folder(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    captured = build.captured()
    captured.parent.rename(build.root / "captures")
    assert len(onpar.check_captures(build=build.root).rows) == 1
    assert len(onpar.check_captures(None, build=build.root).rows) == 1
    each = build.root.glob("captures/*.safetensors")
    assert onpar.check_captures(each, build=build.root, require=[]).on_par


def options_of(command: click.Command) -> set[str]:
    return {one for param in command.params for one in param.opts if one.startswith("--")}


@pytest.mark.parametrize(("command", "call"), [(parity, RUN), (check, CAPTURES)])
def test_every_option_of_a_command_has_its_argument_but_those_that_the_page_names(
    command: click.Command, call: Any
) -> None:
    options, arguments = options_of(command), signature(call).parameters
    page = {"--json", "--write-json", "--github", "--allow-unjudged"}
    for option in options - page:
        assert ARGUMENTS[option] in arguments, option
    for param in command.params:
        name = ARGUMENTS.get(param.opts[0])
        default = arguments[name].default if name else None
        if isinstance(default, str) or type(default) is int:
            assert str(param.default) == str(default), name


SAID = {
    "--recipe my file.py: is a folder": "recipe='my file.py': is a folder",
    "--size '96': expected HxW": "size='96': expected HxW",
    "disk full; write elsewhere with --build DIR": "disk full; write elsewhere with build=DIR",
    "a: choose one, such as --weights 'a#b'": "a: choose one, such as weights='a#b'",
    "such as --weights a.pth": "such as weights='a.pth'",
    "name the --build folder": "name the build folder",
    "--target a runs b, and --format names c": "targets a runs b, and formats names c",
    "x; run `onpar export --format onnx`": "x; run `onpar export --format onnx`",
    "x: --sizes and my--size": "x: --sizes and my--size",
}


@pytest.mark.parametrize("message", SAID)
def test_a_message_names_arguments_for_python_and_options_for_a_command(message: str) -> None:
    assert for_caller(message) == SAID[message]
    with typed():
        assert for_caller(message) == message
    assert for_caller(message) == SAID[message]
