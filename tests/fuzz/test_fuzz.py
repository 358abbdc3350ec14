"""Whatever a file holds, its reader reads or refuses it: a few seconds of coverage-guided fuzzing.

`make fuzz` runs for longer. Each reader's own tests prove what it says of which fault.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest
from fuzz import HERE, process
from planted import PLANTED
from readers import READERS

from onpar.pipeline.preflight.read import READERS as PREFLIGHT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="atheris installs on Linux alone")

SECONDS = 1

REFUSED = {
    "golden_header": "the digests are not those of the zeros that follow the header",
    "weights_safetensors": "another file than the model's",
    "manifest": "there is no model beside it",
}
"""Readers whose seeds are refused at the very end, and why."""


@pytest.mark.parametrize("name", READERS)
def test_the_seeds_of_a_reader_are_read(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    seeds = sorted((HERE / "seeds" / name).iterdir())
    assert seeds
    module, _, function = reader.check.partition(":")
    for index, seed in enumerate(seeds):
        path = tmp_path / f"file{index}{reader.suffix}"
        path.write_bytes(reader.shaped(seed.read_bytes()))
        if name in REFUSED:
            reader.run(path)
        else:
            getattr(import_module(module), function)(path)


@pytest.mark.parametrize("name", READERS)
def test_no_file_makes_a_reader_raise_anything_but_its_own_error(name: str, tmp_path: Path) -> None:
    done = process(name, SECONDS, tmp_path)
    assert done.returncode == 0, done.stderr[-6000:]
    [runs] = [line for line in done.stderr.splitlines() if "number_of_executed" in line]
    assert int(runs.split()[-1]) > 100


@pytest.mark.parametrize("plant", PLANTED)
def test_the_fuzzer_finds_a_planted_fault(plant: str, tmp_path: Path) -> None:
    reader, _ = PLANTED[plant]
    done = process(reader, 60, tmp_path, plant)
    assert done.returncode != 0, done.stderr[-2000:]
    [crash] = tmp_path.glob("crash-*")
    # The file that it kept is refused as it should be, once the fault is not there.
    path = tmp_path / f"file{READERS[reader].suffix}"
    path.write_bytes(READERS[reader].shaped(crash.read_bytes()))
    READERS[reader].run(path)


def test_every_format_of_preflight_is_fuzzed() -> None:
    suffixes = {reader.suffix for reader in READERS.values()}
    assert set(PREFLIGHT) - suffixes == {".mlpackage"}
    assert {"mlmodel", "manifest"} <= READERS.keys()
