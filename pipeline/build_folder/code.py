"""The hash of the code that makes something: all modules of onpar that its module imports.

A key with this hash needs no list of files: a changed line in any of them makes the thing again.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

import onpar
from onpar.parity.files.atomic import write_whole
from onpar.parity.files.json_file import JsonError, read_json
from onpar.pipeline.build_folder.keys import Stamp, file_stamp, key_of, source_digest, versions
from onpar.pipeline.paths import Build

PACKAGE = Path(onpar.__file__).parent

DISTRIBUTIONS = {
    "PIL": "pillow",
    "google": "protobuf",
    "ort_flatbuffers_py": "onnxruntime",
    "sklearn": "scikit-learn",
}
"""The distribution of a package, if their names differ."""


class Module(msgspec.Struct, frozen=True):
    """The content of a source file.

    stamp     size, inode and times of the file
    sha256    of its syntax tree, without docstrings and without the entries of registries, so that
              a changed docstring exports nothing again
    imports   the modules of onpar that it imports, also inside functions
    packages  the other packages that it imports
    entries   for each registry entry, its module and the hash of the entry: a registry is a
              dictionary in the file whose values name modules of onpar
    """

    stamp: Stamp
    sha256: str
    imports: tuple[str, ...]
    packages: tuple[str, ...]
    entries: tuple[tuple[str, str], ...]


class Code:
    """The source files of onpar, each parsed once; the results are cached in `path`. A file that
    changes after its first use is not read again: it may already be imported."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._current = set[str]()
        self._digests = dict[tuple[str, ...], str]()
        try:
            self.modules = read_json(path, dict[str, Module])
        except JsonError:
            self.modules = {}

    def digest(self, *roots: str, data: Sequence[Path] = (), packages: Iterable[str] = ()) -> str:
        """The hash of the modules `roots`, all their imports, the registry entries that name one of
        the roots, the versions of all imported packages and of `packages`, and the files `data`. A
        root outside of onpar counts only by its name. Raises OSError if a file of `data` cannot be
        read."""
        if roots not in self._digests:
            self._digests[roots] = self._digest(roots)
        others = versions(packages)
        return key_of(code=self._digests[roots], data=source_digest(data), versions=others)

    def _digest(self, roots: tuple[str, ...]) -> str:
        modules = self.closure(roots)
        packages = sorted({name for one in modules.values() for name in one.packages})
        return key_of(
            roots=sorted(roots),
            modules={name: one.sha256 for name, one in modules.items()},
            entries=sorted(
                entry for one in modules.values() for entry in one.entries if entry[0] in roots
            ),
            versions=versions(DISTRIBUTIONS.get(name, name) for name in packages),
        )

    def closure(self, roots: Sequence[str]) -> dict[str, Module]:
        """The modules and all their imports from onpar, by name."""
        found: dict[str, Module] = {}
        waiting = [name for name in roots if name.split(".")[0] == "onpar"]
        changed = False
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            if name not in self._current:
                changed |= self._read(name)
            found[name] = self.modules[name]
            waiting += found[name].imports
        if changed:
            # If the build folder cannot be written, the files are parsed again next time.
            with suppress(OSError):
                write_whole(self.path, [msgspec.json.encode(self.modules)], follow_links=False)
        return {name: found[name] for name in sorted(found)}

    def _read(self, name: str) -> bool:
        """Load the current state of the module's file; gives whether it was parsed again."""
        file = file_of(name)
        assert file is not None, f"onpar has no module {name}"
        stamp, kept = file_stamp(file), self.modules.get(name)
        self._current.add(name)
        if kept and kept.stamp == stamp:
            return False
        self.modules[name] = read_module(name, file, stamp)
        return True


@cache
def code_of(build: Build) -> Code:
    """The code, with this build folder's cache."""
    return Code(build.code)


def file_of(module: str) -> Path | None:
    """The source file of a module of onpar; None if the module does not exist."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file() and module.split(".")[0] == "onpar":
            return file
    return None


def read_module(name: str, file: Path, stamp: Stamp) -> Module:
    """Parse a source file."""
    tree = _without_docstrings(ast.parse(file.read_bytes()))
    entries = []
    for table in (one.value for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign)):
        if isinstance(table, ast.Dict):
            named = [_module_named(value) for value in table.values]
            entries += [
                (module, _hash(value))
                for module, value in zip(named, table.values, strict=True)
                if module
            ]
            table.values = [v for v, one in zip(table.values, named, strict=True) if not one]
            table.keys = [k for k, one in zip(table.keys, named, strict=True) if not one]
    taken = set(_imports(tree))
    own = {one for one in taken if one.split(".")[0] == "onpar"}
    # Python runs the __init__ of every package that a module is in.
    own |= {parent for one in (*own, name) for parent in _parents(one)}
    others = {one.split(".")[0] for one in taken - own} - sys.stdlib_module_names
    return Module(
        stamp, _hash(tree), tuple(sorted(own)), tuple(sorted(others)), tuple(sorted(entries))
    )


def _imports(tree: ast.AST) -> Iterator[str]:
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    if isinstance(tree, ast.Import):
        yield from (one.name for one in tree.names)
    elif isinstance(tree, ast.ImportFrom) and tree.module:
        for one in tree.names:
            inner = f"{tree.module}.{one.name}"
            yield inner if file_of(inner) else tree.module
    for child in ast.iter_child_nodes(tree):
        yield from _imports(child)


def _parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _module_named(value: ast.expr) -> str:
    """The module of onpar that a registry entry names; empty if it names none."""
    for node in ast.walk(value):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and text.startswith("onpar.") and file_of(text):
            return text
    return ""


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_text(one)]  # type: ignore[attr-defined]
    return tree


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _hash(tree: ast.AST) -> str:
    # Python versions write trees differently, so another Python makes everything again.
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()
