"""ExecuTorch's runtime as a target: threads, outputs of its own, files that are not whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from artifacts import Made, artifacts
from builds import MADE
from calls import SEEDED
from executorch.extension.pybindings import portable_lib
from here import onpar_here
from samples import inputs_of

from onpar.parity.contract.capture import read_capture
from onpar.pipeline.errors import OnparError
from onpar.pipeline.targets.executorch import load

PTE = [name for name in MADE if name.startswith("pte")]


@pytest.fixture(scope="module")
def made(wide_build: Path) -> Made:
    return artifacts(wide_build)["pte-fp32-tensor"]


def photo(seed: int) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    return {"image": draw.normal(size=(1, 3, 96, 160)).astype(np.float32)}


@pytest.mark.parametrize("threads", [1, 2])
def test_it_runs_on_as_many_threads_as_are_asked_for(made: Made, threads: int) -> None:
    path, artifact = made
    load(path.read_bytes(), artifact, threads)
    assert portable_lib._threadpool_get_thread_count() == threads


def test_an_output_is_not_written_over_by_the_next_run(made: Made) -> None:
    path, artifact = made
    model = load(path.read_bytes(), artifact, 1)
    first = model.run(photo(1))["out"]
    kept = first.copy()
    second = model.run(photo(2))["out"]
    assert np.abs(second - first).max() > 0.01
    np.testing.assert_array_equal(first, kept)


def test_another_process_computed_the_same_to_the_bit(wide_build: Path, made: Made) -> None:
    path, artifact = made
    capture = read_capture(
        wide_build / "captures" / "executorch" / path.name / "coffee.safetensors"
    )
    model = load(path.read_bytes(), artifact, capture.info.threads)
    again = model.run(inputs_of(capture, artifact.model))
    np.testing.assert_array_equal(again["out"], capture.tensors["out"])


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "another format": lambda content: b"PK\x03\x04" + content[4:],
    "its header overwritten": lambda content: content[:8] + b"\xff" * 56 + content[64:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_no_whole_program_is_said_in_a_sentence(made: Made, damage: str) -> None:
    path, artifact = made
    with pytest.raises(OnparError) as error:
        load(DAMAGES[damage](path.read_bytes()), artifact, 1)
    said = str(error.value)
    assert said.startswith(f"{artifact.file}: ExecuTorch cannot load it (Failed to load program")
    assert said.endswith("export it again with `onpar export`")


def test_the_export_says_what_each_delegate_took_and_what_fell_back(wide_build: Path) -> None:
    chosen = [word for name in PTE for word in ("--format", name)]
    done = onpar_here("export", *SEEDED, *chosen, "--build", wide_build)
    lines = [line for line in done.stdout.splitlines() if line.startswith("pte-")]
    assert [line.partition(":")[0] for line in lines] == [n for n in PTE if n.startswith("pte-")]
    assert all(": XnnpackBackend takes " in line for line in lines)
    [image] = [line for line in lines if line.startswith("pte-fp32-image")]
    assert "aten::argmax.out" in image.partition("ExecuTorch's own kernels run ")[2]
    # The runtime writes of processors and thread pools to stderr; it belongs into the job's log.
    assert done.stderr == ""
