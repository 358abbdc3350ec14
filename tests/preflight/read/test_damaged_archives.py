"""Whatever an archive of PyTorch's holds, preflight runs nothing of it."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from refusing import refused

from onpar.pipeline.preflight.read import read


def archive(path: Path, records: Mapping[str, bytes]) -> Path:
    whole = {"version": b"3\n", "constants.pkl": b"\x80\x02).", "data.pkl": b"\x80\x02)."}
    whole |= {"code/__torch__.py": b"def f(x: Tensor) -> Tensor:\n  return torch.neg(x)\n"}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in (whole | dict(records)).items():
            made.writestr(f"archive/{name}", content)
    return path


class Evil:
    """What an unpickler that builds things would run."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("echo > evil",)


EVIL = pickle.dumps(Evil(), protocol=2)


def test_the_archive_of_these_tests_is_read(tmp_path: Path) -> None:
    contents = read(archive(tmp_path / "model.pt", {}))
    assert [use.name for use in contents.uses] == ["aten::neg"]


@pytest.mark.parametrize("record", ["data.pkl", "constants.pkl", "bytecode.pkl"])
def test_a_pickle_that_names_a_function_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str
) -> None:
    monkeypatch.chdir(tmp_path)
    suffix = ".ptl" if record == "bytecode.pkl" else ".pt"
    said = refused(archive(tmp_path / f"model{suffix}", {record: EVIL}))
    assert ".system" in said and "nothing was run" in said
    assert not (tmp_path / "evil").exists()
    pickle.loads(EVIL)  # It is one: an unpickler runs it.
    assert (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x02",
        b"\x80\x02.",
        b"\x80\x02t.",
        b"\x80\x02e.",
        b"\x80\x02h\x07.",
        b"\x80\x02r\xff\xff\xff\xff.",
        b"\x80\x02X\xff\xff\xff\x7fabc.",
        b"\x80\x02)b.",
        b"\x80\x02)K\x01u.",
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f.",
        b"(" * 100_000,
    ],
)
def test_a_wrong_pickle_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    path = archive(tmp_path / "model.pt", {"data.pkl": content})
    assert "its data.pkl is damaged" in refused(path)


@pytest.mark.parametrize(
    "content",
    [b"\x80\x02.", b"\x80\x02N.", b"\x80\x02)."],
    ids=["nothing", "None", "an empty tuple"],
)
def test_bytecode_of_another_shape_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "bytecode.pkl" in refused(archive(tmp_path / "model.ptl", {"bytecode.pkl": content}))


def test_bytecode_without_a_name_is_refused(tmp_path: Path) -> None:
    content = pickle.dumps((8, ("f", (("operators", ((1, 2),)),))), protocol=2)
    assert "without a name" in refused(archive(tmp_path / "m.ptl", {"bytecode.pkl": content}))


@pytest.mark.parametrize(
    "code",
    [b"def (", b"\x00", b"\xff\xfe", b"x = " + b"(" * 5000, b"x = " + b"-" * 200_000 + b"1"],
)
def test_code_that_is_none_is_refused(tmp_path: Path, code: bytes) -> None:
    assert "its code cannot be read" in refused(
        archive(tmp_path / "m.pt", {"code/__torch__.py": code})
    )


DEEP = b")" + b"\x85" * 200_000
"""A tuple of a tuple of a tuple …: too deep to hash, to print or to compare."""
DOUBLED = b")" + b"".join(b"q%ch%c\x86" % (n, n) for n in range(40))
"""A pair of the same pair of the same pair …: small, and endless to whoever walks it."""


@pytest.mark.parametrize("key", [DEEP, DOUBLED], ids=["deep", "doubled"])
def test_a_dictionary_s_key_may_be_anything(tmp_path: Path, key: bytes) -> None:
    content = b"\x80\x02}" + key + b"K\x01s."
    path = archive(tmp_path / "m.pt", {"data.pkl": content})
    assert path.stat().st_size < 1024
    assert len(read(path).uses) == 1


@pytest.mark.parametrize("name", [DEEP, DOUBLED, b"K\x01"], ids=["deep", "doubled", "a number"])
def test_a_function_or_a_row_whose_name_is_no_text_is_refused(tmp_path: Path, name: bytes) -> None:
    operators = b"(X\x09\x00\x00\x00operators)t"
    for function in (
        b"(" + name + b"(" + operators + b"tt",
        b"(X\x01\x00\x00\x00f((" + name + b")ttt",
    ):
        content = b"\x80\x02(K\x08" + function + b"t."
        path = archive(tmp_path / "m.ptl", {"bytecode.pkl": content})
        assert "has no functions" in refused(path)


@pytest.mark.parametrize(
    ("record", "content"),
    [
        ("data.pkl", b"\x80\x02(" + b"]" * 4_000_000 + b"t."),
        ("code/big.py", b"x=1\n" * 1_000_000),
        ("code/big.py", b"\n" * (9 << 20)),
        ("code/big.py", b"x = y" + b".a" * 100_000),
    ],
    ids=["opcodes", "words", "bytes", "a chain"],
)
def test_what_no_model_is_as_long_as_is_refused_soon(
    tmp_path: Path, record: str, content: bytes
) -> None:
    path = archive(tmp_path / "m.pt", {record: content})
    assert path.stat().st_size < 20_000
    assert refused(path)


def test_the_limit_is_of_the_code_together(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.pt", {f"code/{n}.py": b"#" * (1 << 20) for n in range(9)})
    assert "its code has more than" in refused(path)


def test_an_archive_that_unpacks_to_more_than_a_model_has_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.pt", {"code/big.py": bytes(300 << 20)})
    assert path.stat().st_size < 1 << 20
    assert "more than" in refused(path)


@pytest.mark.parametrize("version", [b"", b"x", b"9" * 5000])
def test_a_version_that_is_no_number_is_refused(tmp_path: Path, version: bytes) -> None:
    assert "version" in refused(archive(tmp_path / "m.pt", {"version": version}))


def test_a_folder_more_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.pt", {})
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("other/data.pkl", b"")
    assert "one folder" in refused(path)
