"""What the reference computed once is taken again only as it was written."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from onpar.pipeline.check.reference_cache import read_reference, write_reference

OUTPUTS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float32)}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    write_reference(tmp_path / "kept.safetensors", OUTPUTS)
    return tmp_path / "kept.safetensors"


def test_what_was_kept_is_read(kept: Path) -> None:
    found = read_reference(kept)
    assert found is not None and found.keys() == OUTPUTS.keys()
    assert all(np.array_equal(found[name], value) for name, value in OUTPUTS.items())


def test_every_flipped_bit_is_noticed(kept: Path) -> None:
    whole = kept.read_bytes()
    for at in range(len(whole) - 32, len(whole)):
        kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert read_reference(kept) is None


def test_other_tensors_of_the_same_bytes_and_none_at_all_are_not_taken(kept: Path) -> None:
    for others in ({"c": OUTPUTS["a"]}, {"a": OUTPUTS["a"].reshape(3, 2), "b": OUTPUTS["b"]}):
        save_file(others, kept)
        assert read_reference(kept) is None
    kept.unlink()
    assert read_reference(kept) is None


def test_a_pipe_is_neither_waited_for_nor_written_into(kept: Path) -> None:
    kept.unlink()
    os.mkfifo(kept)
    assert read_reference(kept) is None
    write_reference(kept, OUTPUTS)
    assert kept.is_file() and read_reference(kept) is not None
