"""What preflight says of libtorch 1.13.1 is what libtorch 1.13.1 does."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from libtorch_load import Load
from torch.jit.mobile import _backport_for_mobile
from torch_scripts import BODIES, resized, traced

from onpar.pipeline.preflight.loads import judged
from onpar.pipeline.preflight.read import read
from onpar.pipeline.preflight.runtimes import chosen
from onpar.pipeline.preflight.verdict import Preflight

PINNED = ("libtorch@1.13.1", "pytorch_android@1.13.1")

NEWER = {
    "lanczos": "aten::_upsample_lanczos2d_aa",
    "attention": "aten::scaled_dot_product_attention",
    "attention, enable_gqa": "aten::scaled_dot_product_attention",
    "rms_norm": "aten::rms_norm",
    "hash": "aten::hash_tensor",
}
"""Bodies that 1.13.1 cannot load, with the operator that it has not."""


def told(path: Path, runtime: str = "libtorch@1.13.1") -> Preflight:
    return judged(path.name, read(path), chosen([runtime])[0])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Every body, traced, and the scripted resize: by its name and suffix."""
    folder = tmp_path_factory.mktemp("scripts")
    made = {name: traced(name, folder) for name in BODIES}
    made |= {"unfrozen": resized(folder, frozen=False), "frozen": resized(folder, frozen=True)}
    return {(name, path.suffix): path for name, both in made.items() for path in both}


def test_what_is_told_of_each_script_is_what_libtorch_does(
    files: dict[tuple[str, str], Path], libtorch: Load
) -> None:
    said = dict(zip(files, libtorch(list(files.values())), strict=True))
    verdicts = {name: told(path) for name, path in files.items()}
    wrong = {
        name: (verdict.reasons, said[name])
        for name, verdict in verdicts.items()
        if verdict.loads is not (said[name] == "loads")
    }
    assert wrong == {}
    # It says the same operator as libtorch, which names one of them.
    for name, verdict in verdicts.items():
        named = [r.operator for r in verdict.reasons if r.operator]
        assert verdict.loads or any(one in said[name] for one in named), said[name]
    assert {name for (name, _), verdict in verdicts.items() if verdict.loads} >= {"gelu", "grid"}


@pytest.mark.parametrize("name", NEWER)
def test_an_operator_that_came_later_is_named(
    files: dict[tuple[str, str], Path], name: str
) -> None:
    for suffix in (".pt", ".ptl"):
        for runtime in PINNED:
            verdict = told(files[name, suffix], runtime)
            assert not verdict.loads
            assert [one.operator.startswith(NEWER[name]) for one in verdict.reasons] == [True]


def test_the_version_that_introduced_it_is_named(files: dict[tuple[str, str], Path]) -> None:
    [reason] = told(files["attention", ".ptl"], "pytorch_android@1.13.1").reasons
    assert reason.since == "2.1.0"
    assert "the first pytorch_android that has it is 2.1.0" in reason.sentence
    assert 'left_out={"ptl": "why"}' in reason.remedy
    [reason] = told(files["lanczos", ".pt"], "pytorch_android@1.13.1").reasons
    assert (reason.since, "no published pytorch_android" in reason.what) == ("", True)


@pytest.mark.parametrize("runtime", PINNED)
@pytest.mark.parametrize("suffix", [".pt", ".ptl"])
def test_the_unfrozen_script_does_not_load_and_the_frozen_one_does(
    files: dict[tuple[str, str], Path], libtorch: Load, suffix: str, runtime: str
) -> None:
    """The mutation that issue 8 asks for: without `freeze` the exporter's file does not load."""
    unfrozen, frozen = files["unfrozen", suffix], files["frozen", suffix]
    verdict = told(unfrozen, runtime)
    assert not verdict.loads
    assert any("aten::_upsample_lanczos2d_aa" in one.operator for one in verdict.reasons)
    assert all("torch.jit.freeze" in one.remedy for one in verdict.reasons)
    assert told(frozen, runtime).loads
    refused, loaded = libtorch([unfrozen, frozen])
    assert "aten::_upsample_lanczos2d_aa" in refused
    assert loaded == "loads"


def rewritten(path: Path, made: Path, record: str, old: bytes, new: bytes) -> Path:
    """The archive with other bytes at the beginning of a record."""
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(made, "w") as written:
        for name in given.namelist():
            content = given.read(name)
            if name.endswith(f"/{record}"):
                assert content.startswith(old)
                content = new + content.removeprefix(old)
            written.writestr(name, content)
    return made


def test_newer_bytecode_is_named_with_the_way_back(
    files: dict[tuple[str, str], Path], libtorch: Load, tmp_path: Path
) -> None:
    # Protocol 2, and the version as one byte.
    old, new = b"\x80\x02K\x08", b"\x80\x02K\x0c"
    path = rewritten(files["grid", ".ptl"], tmp_path / "new.ptl", "bytecode.pkl", old, new)
    for runtime in ("libtorch@1.13.1", "LibTorch-Lite@1.13.0.1"):
        [reason] = told(path, runtime).reasons
        assert "its bytecode has version 12" in reason.what and "4 to 9" in reason.what
        assert "_backport_for_mobile(given, written, to_version=9)" in reason.remedy
    [said] = libtorch([path])
    assert "version is 12" in said
    # The full interpreter does not look at the bytecode.
    assert told(path, "pytorch_android@1.13.1").loads


def test_the_way_back_leads_there(files: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    back = tmp_path / "back.ptl"
    _backport_for_mobile(str(files["grid", ".ptl"]), str(back), to_version=5)
    assert read(files["grid", ".ptl"]).bytecode == 8
    assert read(back).bytecode == 5
    assert told(back, "LibTorch-Lite@1.13.0.1").loads


def test_a_newer_archive_is_named(
    files: dict[tuple[str, str], Path], libtorch: Load, tmp_path: Path
) -> None:
    path = rewritten(files["grid", ".pt"], tmp_path / "new.pt", "version", b"3", b"99")
    [reason] = told(path, "pytorch_android@1.13.1").reasons
    assert "the archive has version 99, pytorch_android 1.13.1 reads 1 to 10" in reason.what
    [said] = libtorch([path])
    assert "version" in said and "99" in said


def test_what_onpar_exports_loads_in_libtorch(wide_build: Path, libtorch: Load) -> None:
    paths = sorted(p for s in ("*.pt", "*.ptl") for p in (wide_build / "artifacts").glob(s))
    assert len(paths) == 5
    assert [told(path).loads for path in paths] == [True] * 5
    assert libtorch(paths) == ["loads"] * 5
