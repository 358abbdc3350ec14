"""A photo that cannot be read or decoded is named in one line, from whatever process it comes."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from builds import RECIPE, onpar
from calls import SEEDED, refused

from onpar.parity.contract.spec import RecipeOptions
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.scheduler import Job, Watch, run_jobs
from onpar.pipeline.paths import PHOTOS, ROOT
from onpar.pipeline.recipes import load_recipe

COFFEE = next(path for path in PHOTOS if path.name == "coffee.png").read_bytes()


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds no pixel."""
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + check


BAD = {
    "empty": (b"", "is empty (0 bytes), expected a JPEG or PNG; copy it again"),
    "cut": (COFFEE[:-1000], "is broken or not whole"),
    "damaged": (COFFEE[:5000] + b"\xff" + COFFEE[5001:], "is broken or not whole"),
    "a PDF": (b"%PDF-1.7", "is a PDF, expected a JPEG or PNG; save it as one of these"),
    "huge": (png_header(8000, 5001), "8000x5001 is 40.0 megapixels, the limit is 40"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_photo_is_refused_in_one_line_out_of_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    content, said = BAD[kind]
    (tmp_path / "photo.png").write_bytes(content)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "pipeline" / "jobs"))
    job = Job("look", "job_samples:look_at", {"path": str(tmp_path / "photo.png")}, 1, 1)
    [done] = run_jobs([job], tmp_path, Watch(lambda *_: None, lambda _: None))
    assert done.error.startswith(f"photo.png: {said}")
    assert "details" not in done.error
    assert "\n" not in done.error


def with_photo(folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every recipe's only photo is now `path`, in all processes that start from here."""
    take = f"import pathlib, onpar.pipeline.paths as p\np.PHOTOS = (pathlib.Path({str(path)!r}),)\n"
    (folder / "sitecustomize.py").write_text(take)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def test_a_truncated_photo_is_refused_by_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coffee.png").write_bytes(COFFEE[:-1000])
    with_photo(tmp_path, tmp_path / "coffee.png", monkeypatch)
    said = refused(onpar("golden", *SEEDED, "--build", tmp_path / "build"))
    assert said.startswith("onpar: coffee.png: is broken or not whole (")
    assert not list((tmp_path / "build" / "goldens").rglob("*.safetensors"))


def test_a_photo_that_does_not_exist_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_photo(tmp_path, tmp_path / "nowhere.png", monkeypatch)
    said = refused(onpar("export", *SEEDED, "--build", tmp_path / "build"))
    assert said == (
        f"onpar: {tmp_path / 'nowhere.png'}: the photo cannot be read: No such file or directory"
    )
    assert not list((tmp_path / "build" / "artifacts").iterdir())


def test_a_photo_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    recipe = replace(load_recipe(RecipeOptions(RECIPE, 96, 160)), photos=(tmp_path,))
    with pytest.raises(OnparError, match="the photo cannot be read: Is a directory"):
        recipe.cases()
