"""The borders of DESIGN: imports go one way, the judge knows no runtime, tables can be read."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_build import small_build

from onpar.pipeline.paths import ROOT

PACKAGES = ("parity", "exporters", "pipeline")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

MAY_IMPORT = {
    "parity": ("onpar.parity",),
    "exporters": ("onpar.exporters", "onpar.parity.contract"),
    "pipeline": ("onpar.pipeline", "onpar.exporters", "onpar.parity"),
}
"""`pipeline` → `exporters` → `parity.contract`; `pipeline` → `parity`."""

RUNTIMES = {
    "torch",
    "torchvision",
    "onnx",
    "onnxruntime",
    "onnxscript",
    "executorch",
    "coremltools",
}

REGISTRIES = {
    "exporters/__init__.py": "FORMATS",
    "pipeline/recipes/__init__.py": "RECIPES",
    "pipeline/targets/__init__.py": "TARGETS",
}

TABLES = [f"onpar.{Path(path).parent.as_posix().replace('/', '.')}" for path in REGISTRIES]


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, in functions too, and whatever it takes from packages."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            assert node.module is not None
            # `from onpar.parity.contract import spec` imports a module too.
            for alias in node.names:
                module = ROOT / node.module.replace(".", "/") / f"{alias.name}.py"
                yield f"{node.module}.{alias.name}" if module.exists() else node.module


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == p or module.startswith(f"{p}.") for p in packages)


def test_there_are_files_to_look_at() -> None:
    assert len(FILES) > 40
    assert "onpar.parity.contract.tensor_spec" in set(
        imports(ROOT / "exporters" / "tracing" / "in_order.py")
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in FILES
        if path.relative_to(ROOT).parts[0] == package
        for module in imports(path)
        if within(module, ("onpar", *PACKAGES))
        and not within(module, MAY_IMPORT[package])
        and (module, package) != ("onpar", "pipeline")  # its names and its version
    ]
    assert wrong == []


ROOMS = {
    "parity": (
        "limits",
        "files",
        "image",
        "causes",
        "contract",
        "judge",
        "baseline",
        "evaluation",
        "report",
    ),
    "exporters": ("errors", "tracing", "graphs", "lowering", "quantization"),
    "pipeline": (
        "jobs",
        "build_folder",
        "recipes",
        "module",
        "weights",
        "apps",
        "targets",
        "capture",
        "check",
        "golden",
        "export",
        "photos",
        "evaluate",
        "quantize",
        "preflight",
        "python",
        "cli",
        "demo",
    ),
}
"""Rooms from the ground up: none imports one that comes after it. Only the tables of REGISTRIES can
be read from everywhere."""


@pytest.mark.parametrize("package", ROOMS)
def test_a_room_imports_none_that_is_above_it(package: str) -> None:
    rooms = ROOMS[package]
    wrong = []
    for index, room in enumerate(rooms):
        above = tuple(f"onpar.{package}.{one}" for one in rooms[index + 1 :])
        files = [path for path in FILES if path.is_relative_to(ROOT / package / room)]
        assert len(files) > 1 or room == "errors"
        wrong += [(str(path), m) for path in files for m in imports(path) if within(m, above)]
    assert [one for one in wrong if one[1] not in TABLES] == []


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_has_its_place(package: str) -> None:
    folders = {path.name for path in (ROOT / package).iterdir() if list(path.glob("*.py"))}
    modules = {"errors"} if package == "exporters" else set()
    assert set(ROOMS[package]) == folders | modules


def test_the_judge_imports_no_ml_runtime() -> None:
    taken = {m for path in (ROOT / "parity").rglob("*.py") for m in imports(path)}
    assert "numpy" in taken
    assert [m for m in taken if within(m, (*RUNTIMES, "safetensors.torch"))] == []


def loaded_after(code: str, *arguments: str | Path) -> set[str]:
    """The packages in memory once a new Python has run the code."""
    show = "\nimport json, sys; print(json.dumps([m.partition('.')[0] for m in sys.modules]))"
    command = [sys.executable, "-c", code + show, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


CHECK = """
import sys
from onpar.pipeline.cli.main import main
try:
    main(["check", sys.argv[2], "--build", sys.argv[1], "--json"])
except SystemExit as end:
    assert end.code == 0, end.code
"""


def test_a_check_imports_no_ml_runtime(tmp_path: Path) -> None:
    build = small_build(tmp_path)
    build.captured()
    loaded = loaded_after(CHECK, build.root, build.captures)
    assert {"onpar", "numpy"} <= loaded
    assert loaded & RUNTIMES == set()


def test_help_imports_neither_a_runtime_nor_numpy() -> None:
    loaded = loaded_after(
        "from onpar.pipeline.cli.main import main\nmain(['--help'], standalone_mode=False)"
    )
    assert "click" in loaded
    assert loaded & (RUNTIMES | {"numpy", "rich", "PIL"}) == set()


def test_every_module_of_the_judge_can_be_imported_without_a_runtime() -> None:
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in FILES]
    judge = ["onpar." + n.removesuffix(".__init__") for n in names if within(n, ("parity",))]
    assert loaded_after("import " + ", ".join(judge)) & RUNTIMES == set()


def test_no_folder_holds_more_than_20_modules() -> None:
    tests = (ROOT / "tests").rglob("*.py")
    count = Counter(path.parent for path in (*FILES, *tests, *(ROOT / "bench").glob("*.py")))
    assert len(count) > 40
    assert [str(folder) for folder, modules in count.items() if modules > 20] == []


def test_no_module_is_called_after_what_everything_is() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "core"}
    tests = (ROOT / "tests").rglob("*.py")
    assert [p for p in (*FILES, *tests) if {p.stem, p.parent.name} & empty] == []


@pytest.mark.parametrize(("file", "name"), REGISTRIES.items())
def test_registries_are_literal_dictionaries(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    [table] = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == [name]
    ]
    assert isinstance(table, ast.Dict)
    assert all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in table.keys)


def test_nothing_is_added_to_a_registry_elsewhere() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript):
                changes = not isinstance(node.ctx, ast.Load)
            elif isinstance(node, ast.Attribute):
                changes = node.attr in ("update", "setdefault")
            else:
                continue
            registry = ast.unparse(node.value) in REGISTRIES.values()
            assert not (changes and registry), f"{path} changes a registry"
