"""Every remedy that a message can print exists: commands parse, options, make targets, keys of
`left_out`, fields, modules and files are there."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cache

import click
import pytest

from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.cli.main import main
from onpar.pipeline.paths import ROOT
from onpar.pipeline.preflight.pinned import pinned
from onpar.pipeline.recipes.recipe import Recipe
from onpar.pipeline.recipes.recipe_check import left_out

PACKAGES = ("exporters", "parity", "pipeline")

APPS = ("android_app", "ios_app/App", "ios_app/Bridge", "ios_app/Core", "ios_app/Host")

APP_SUFFIXES = (".java", ".xml", ".mm", ".cpp", ".h", ".swift")

FILL = "FILLED"
"""What stands for an f-string's part."""

VALUES = {"--target": "onnxruntime", "--format": "onnx"}
"""What that part is behind an option."""

KEYWORDS = {"to_version", "target_opset"}
"""Arguments of other libraries' functions that messages name."""


@dataclass(frozen=True)
class Text:
    """A string of the code that is not a docstring."""

    place: str
    words: str


@cache
def texts() -> tuple[Text, ...]:
    found: list[Text] = []
    for path in (p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))):
        tree = ast.parse(path.read_bytes())
        skipped = set[int]()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr | ast.FormattedValue):
                skipped.add(id(node.value))
            if isinstance(node, ast.JoinedStr):
                skipped |= {id(part) for part in node.values}
        for node in ast.walk(tree):
            if id(node) not in skipped:
                place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
                found += [Text(place, words) for words in _words(node)]
    return tuple(found)


@cache
def app_lines() -> tuple[Text, ...]:
    """The lines of both apps."""
    return tuple(
        Text(f"{path.relative_to(ROOT)}:{number}", line)
        for folder in APPS
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in APP_SUFFIXES and path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    )


def _words(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(
            part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else FILL
            for part in node.values
        )
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def matches(pattern: str) -> list[tuple[str, str]]:
    """Where a pattern's first group occurs, and what it is."""
    every = (*texts(), *app_lines())
    return [(one.place, found) for one in every for found in re.findall(pattern, one.words)]


def wrong(found: list[tuple[str, str]], right: Callable[[str], bool], at_least: int) -> list[str]:
    assert len(found) >= at_least, "the pattern finds too little"
    return [f"{place}: {what}" for place, what in found if not right(what)]


def options() -> set[str]:
    commands = [*main.commands.values(), main]
    return {name for one in commands for option in one.params for name in option.opts} | {"--help"}


def parses(command: str) -> bool:
    words = shlex.split(command)
    words[:1] = [word.replace(FILL, "") for word in words[:1]]
    if not words or words[0] not in main.commands:
        return words[:1] in (["--help"], ["…"])
    for before, index in zip(words, range(1, len(words)), strict=False):
        words[index] = words[index].replace(FILL, VALUES.get(before, "a.py"))
    chosen = main.commands[words[0]]
    if words[-1].startswith("--"):  # An option is meant, whatever its value.
        return words[-1] in {name for option in chosen.params for name in option.opts}
    try:
        chosen.make_parser(click.Context(chosen)).parse_args(words[1:])
    except click.UsageError:
        return False
    formats = [words[i + 1] for i, word in enumerate(words) if word == "--format"]
    return all(left_out({name: "why"}) for name in formats)


def test_commands_that_messages_name_parse() -> None:
    assert wrong(matches(r"`onpar ([^`]*)`"), parses, 20) == []


def test_options_that_messages_name_exist() -> None:
    sentences = [one for one in texts() if " " in one.words and "/demo/" not in one.place]
    found = [(one.place, re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", one.words)) for one in sentences]
    known = options()
    assert wrong([(at, one) for at, all in found for one in all], known.__contains__, 30) == []


def test_make_targets_that_messages_name_exist() -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert wrong(matches(r"`make ([a-z-]+)[^`]*`"), made.__contains__, 10) == []


def test_modules_that_messages_name_exist() -> None:
    found = matches(r"python -m ([\w.]+)")
    mine = [(at, name) for at, name in found if name.partition(".")[0] == "onpar"]
    assert wrong(mine, lambda name: importlib.util.find_spec(name) is not None, 1) == []


def test_documents_that_messages_name_exist() -> None:
    found = matches(r"(?<![\w/])((?:docs|golden|tests|bench)/[\w./-]+\.(?:md|py|txt|json))")
    assert wrong(found, lambda name: (ROOT / name).is_file(), 3) == []


def test_keys_of_left_out_that_messages_name_leave_something_out() -> None:
    named = matches(r'left_out=\{"([^"]+)"')
    for path in (p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "left_out":
                named += [
                    (f"{path.relative_to(ROOT)}:{node.lineno}", one.value)
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                ]
    said = [(at, key) for at, key in named if key != FILL]
    assert wrong(said, lambda key: bool(left_out({key: "why"})), 3) == []


def test_what_an_app_cannot_load_can_be_left_out_on_its_target() -> None:
    named = [f"{pin.target}:{name}" for pin in pinned() for name in pin.formats]
    assert {key for key in named if not left_out({key: "why"})} == set()
    assert "ios-device:ptl" in named


def test_fields_that_messages_set_are_a_recipes() -> None:
    known = {one.name for kind in (Recipe, ModelSpec, TensorSpec) for one in fields(kind)}
    assert wrong(matches(r"\b([a-z_]+)=\{"), (known | KEYWORDS).__contains__, 2) == []


@pytest.mark.parametrize("name", ["export --formats onnx", "exports", "export --format onxx"])
def test_a_command_that_does_not_exist_is_found(name: str) -> None:
    assert not parses(name)
