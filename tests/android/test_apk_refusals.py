"""What cannot become an APK is refused in a sentence that says what to do."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from builds import RECIPE
from here import onpar_here
from tools import needs

from onpar.pipeline.apps.android.apk import TOOLS
from onpar.pipeline.apps.android.apk_contents import opened, write_archive
from onpar.pipeline.apps.android.elf import page_size
from onpar.pipeline.errors import OnparError
from onpar.pipeline.paths import ROOT


@pytest.mark.parametrize("absent", TOOLS)
def test_a_missing_program_is_named_with_what_installs_it(absent: str, tmp_path: Path) -> None:
    for name in TOOLS:
        if name != absent and shutil.which(name):
            (tmp_path / name).symlink_to(shutil.which(name) or "")
    # Those before it are there, whatever this machine has.
    for name in TOOLS[: TOOLS.index(absent)]:
        if not (tmp_path / name).exists():
            (tmp_path / name).symlink_to("/bin/true")
    done = subprocess.run(
        [sys.executable, "-m", "onpar", "apk", "--build", str(tmp_path / "build")],
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": str(tmp_path)},
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"onpar: {absent} is not installed; `make system` installs what the app needs\n"
    )
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--abi", "mips"], "--abi mips: unknown; known: arm64-v8a, armeabi-v7a, x86_64, x86"),
        (
            ["--assets", "--format", "ptl-fp32"],
            "no runtime of this app takes it; it takes torchscript, onnx, ort",
        ),
        (["--assets", "--format", "nothing"], "unknown format 'nothing'"),
        (["--onnxruntime", "no.aar"], "no.aar: no such file; give onnxruntime-android.aar"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], words: str, tmp_path: Path) -> None:
    for tool in TOOLS:
        needs(tool, "make system")
    model = ("--recipe", RECIPE, "--weights", "seeded:0", "--build", tmp_path / "build")
    done = onpar_here("apk", *model, *options)
    assert done.returncode == 2 and words in done.stderr, done.stderr


def test_a_model_that_takes_more_than_a_photo_is_refused(tmp_path: Path) -> None:
    recipe = ROOT / "tests" / "user_recipes" / "photo_and_text.py"
    model = ("--recipe", recipe, "--weights", "built", "--build", tmp_path / "build")
    done = onpar_here("apk", "--assets", *model)
    assert done.returncode == 2
    assert "the app gives a model one photo and nothing else" in done.stderr


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "/"), content)
    return path


def test_an_archive_that_is_none_or_lacks_a_processor_is_refused(tmp_path: Path) -> None:
    (tmp_path / "half.aar").write_bytes(b"PK\3\4 and no end")
    with pytest.raises(OnparError, match=r"half.aar: no whole Android archive"):
        opened(tmp_path / "half.aar", "half", ["x86"], tmp_path)
    bare = archive(tmp_path / "bare.aar", jni__x86__a=b"", **{"jni__x86__liba.so": b""})
    with pytest.raises(OnparError, match=r"no whole Android archive .*classes.jar"):
        opened(bare, "bare", ["x86"], tmp_path)
    with pytest.raises(OnparError, match=r"no libraries for arm64-v8a; it has x86"):
        opened(bare, "bare", ["arm64-v8a"], tmp_path)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OnparError, match=r"two files would be lib/x86/liba.so in the APK"):
        write_archive(tmp_path / "a.apk", [("lib/x86/liba.so", b"1"), ("lib/x86/liba.so", b"2")])


def library(wide: bool, *alignments: int) -> bytes:
    """An ELF file of nothing but program headers; the first is no segment that is loaded."""
    header = bytearray(64 if wide else 52)
    header[:6] = b"\x7fELF" + bytes([2 if wide else 1, 1])
    struct.pack_into("<Q" if wide else "<I", header, 32 if wide else 28, len(header))
    size = 56 if wide else 32
    struct.pack_into("<HH", header, 54 if wide else 42, size, len(alignments) + 1)
    for kind, alignment in [(2, 8), *((1, one) for one in alignments)]:
        entry = bytearray(size)
        struct.pack_into("<I", entry, 0, kind)
        struct.pack_into("<Q" if wide else "<I", entry, 48 if wide else 28, alignment)
        header += entry
    return bytes(header)


@pytest.mark.parametrize("wide", [False, True])
def test_the_page_of_a_library_is_that_of_its_least_aligned_segment(wide: bool) -> None:
    assert page_size(library(wide, 65536, 16384), "a.so") == 16384
    assert page_size(library(wide, 65536, 4096), "a.so") == 4096
    with pytest.raises(OnparError, match=r"a.so: an ELF file without segments"):
        page_size(library(wide), "a.so")


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"\x7fELF\x02\x02"])
def test_what_is_no_library_has_no_page(content: bytes) -> None:
    with pytest.raises(OnparError, match=r"a.so: expected a little-endian ELF library"):
        page_size(content, "a.so")
