"""What Python refuses Java and C++ refuse too, and the same for what they take: sidecars, names of
cases, and colour profiles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hosts import Host
from profile_table import REFUSED as BAD_PROFILES
from profile_table import SOUND as GOOD_PROFILES
from sidecar_row import Row, text_of
from sidecar_table import REFUSED, ROWS, SOUND

from onpar.parity.contract.sidecar import read_sidecar
from onpar.parity.contract.spec import SpecError
from onpar.parity.image.decode import ImageError, decode
from onpar.parity.limits.limits import CASE_NAME

GOOD_CASES = ("dog", "a b-c.d", "é" * 75, "a" * 150)
BAD_CASES = ("-dog", ".dog", "a/dog", "a:dog", "a\ndog", "é" * 75 + "e", "a\x7f")


def read_by_python(folder: Path, row: Row) -> str:
    """Why Python refuses it; empty where it does not."""
    path = folder / "sample.onnx.json"
    path.write_text(text_of(row), "utf-8")
    try:
        read_sidecar(path)
    except SpecError as error:
        return str(error)
    return ""


def names(sentence: str, key: str) -> bool:
    """Whether an error names the key as a word of its own."""
    return re.search(rf"(?<!\w){re.escape(key)}(?!\w)", sentence) is not None


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row.name)
def test_python_refuses_a_bad_sidecar_and_names_the_key(tmp_path: Path, row: Row) -> None:
    said = read_by_python(tmp_path, row)
    assert names(said, row.key), said
    assert len(said) < 400


@pytest.mark.parametrize("row", SOUND, ids=lambda row: row.name)
def test_python_takes_a_sound_sidecar(tmp_path: Path, row: Row) -> None:
    assert read_by_python(tmp_path, row) == ""


def test_a_host_takes_and_refuses_the_same_sidecars_and_names_the_same_keys(host: Host) -> None:
    found = host.batch([{"do": "sidecar", "sidecar": text_of(row)} for row in ROWS])
    wrong = []
    for row, got in zip(ROWS, found, strict=True):
        said = got if isinstance(got, str) else ""
        if bool(said) != bool(row.key) or not names(said, row.key) or len(said) >= 400:
            wrong.append((row.name, row.key, said))
    assert wrong == []


def test_a_host_takes_and_refuses_the_same_names_of_cases(host: Host) -> None:
    for name in (*GOOD_CASES, *BAD_CASES):
        done = host.run("--model", "absent", "--image", "i", "--case", name, "--out", "f")
        refused = f"{host.prefix}--case: got '{name}', expected {CASE_NAME.expected}"
        assert done.stderr.startswith(refused) == (name in BAD_CASES), done.stderr
        assert CASE_NAME.fits(name) == (name in GOOD_CASES)


@pytest.mark.parametrize("name", BAD_PROFILES)
def test_python_refuses_a_profile_beyond_the_limits(name: str) -> None:
    with pytest.raises(ImageError, match=r"cannot be (read|used)"):
        decode(BAD_PROFILES[name], f"{name}.png")


def test_a_host_takes_and_refuses_the_same_profiles(host: Host) -> None:
    images = {**GOOD_PROFILES, **BAD_PROFILES}
    jobs = []
    for name, content in images.items():
        path = host.folder / f"{name}.png"
        path.write_bytes(content)
        jobs.append({"do": "decode", "file": str(path)})
    for name, got in zip(images, host.batch(jobs), strict=True):
        if name in BAD_PROFILES:
            assert isinstance(got, str), name
            assert "has a colour profile that cannot be used" in got
        else:
            assert not isinstance(got, str), got
            assert np.array_equal(got["decoded"], decode(images[name], name))
