"""`from onpar import …` is all that a user needs: the README, the docs, `recipes --init` and the
recipes of the tests use nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import onpar
from onpar.pipeline.cli.recipe_start import START
from onpar.pipeline.paths import ROOT

EXTENDS_ONPAR = ROOT / "docs" / "architecture.md"
"""Its code is of files of onpar's own."""


def user_code() -> Iterator[tuple[str, str]]:
    """The code that users read and copy, by where it stands."""
    yield "recipes --init", START
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if page != EXTENDS_ONPAR:
            for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.S):
                yield page.name, block
    for folder in ("tests/user_recipes", "tests/cases/models"):
        for path in sorted((ROOT / folder).glob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")


def taken_from_onpar(code: str) -> Iterator[str]:
    """`Recipe` of `from onpar import Recipe`; `onpar.parity.judge` of an import of that module."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("onpar."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "onpar":
            inside = "" if node.module == "onpar" else f"{node.module}."
            yield from (inside + one.name for one in node.names)


def test_users_need_only_the_public_names() -> None:
    found = [(place, name) for place, code in user_code() for name in taken_from_onpar(code)]
    assert {place for place, _ in found} >= {"recipes --init", "README.md"}
    assert len(found) > 50
    assert [one for one in found if one[1] not in onpar.__all__] == []


def test_every_public_name_is_there_and_documented() -> None:
    assert sorted(onpar.__all__) == sorted({*onpar.PUBLIC, "__version__"})
    for name in onpar.PUBLIC:
        assert getattr(onpar, name).__doc__, name
        assert re.search(rf"^    {name}\b", onpar.__doc__ or "", re.M), f"{name} is not in the list"
    assert set(onpar.__all__) <= set(dir(onpar))
    with pytest.raises(AttributeError, match="has no attribute 'Recipes'"):
        _ = onpar.Recipes
    with pytest.raises(ImportError, match=r"onpar has no Argmax: write class_map\(…\)"):
        from onpar import Argmax as Argmax


def test_importing_onpar_imports_nothing_else_of_it() -> None:
    code = "import sys, onpar; print([m for m in sys.modules if m.startswith('onpar.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


WRONG = """
from onpar import ModelSpec, TensorSpec
ModelSpec(recipe=1, inputs=(TensorSpec("x", (1,)),), outputs=())
"""


def test_a_type_checker_sees_the_types_of_the_public_names(tmp_path: Path) -> None:
    assert (Path(onpar.__file__).parent / "py.typed").is_file()
    (tmp_path / "mine.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache")]
    done = subprocess.run(
        [*command, "mine.py"],
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert 'Argument "recipe" to "ModelSpec" has incompatible type "int"' in done.stdout
    assert "Found 1 error" in done.stdout, done.stdout
