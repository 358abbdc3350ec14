"""The committed goldens change only by `make bless`, which keeps the reason."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from onpar.parity.contract.golden import read_golden
from onpar.pipeline import bless
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import ROOT, Build

SILENT = Watch(step=lambda name, done, of: None, end=lambda name: None)


def test_blessing_replaces_the_goldens_and_adds_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, kept = Build(tmp_path / "build"), tmp_path / "kept"
    monkeypatch.setattr(bless, "COMMITTED_GOLDENS", kept)
    monkeypatch.setattr(bless, "HISTORY", kept / "BLESSED.md")
    for reason in ("the first", "the padding\nwas wrong"):
        list(bless.bless(reason, build, SILENT))
    goldens = sorted(kept.rglob("*.safetensors"))
    assert [read_golden(path).capture.info.case for path in goldens] == [p.stem for p in goldens]
    lines = (kept / "BLESSED.md").read_text(encoding="utf-8").splitlines()
    assert "the first" in lines[-2]
    assert "the padding was wrong" in lines[-1]
    for path in goldens:
        assert file_digest(path)[:12] in lines[-1]


def test_a_blessing_without_a_reason_is_refused(wide_build: Path) -> None:
    with pytest.raises(OnparError, match="only for a reason"):
        list(bless.bless("  ", Build(wide_build), SILENT))


def test_make_bless_without_a_reason_says_how() -> None:
    done = subprocess.run(["make", "bless"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert 'make bless REASON="why the goldens change"' in done.stderr
