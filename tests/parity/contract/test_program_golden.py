"""The golden of an artifact's program is found by its variant and file, or by its precision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import artifact, info, sha

from onpar.parity.contract.golden import program_metadata
from onpar.parity.contract.golden.find import GoldenEntry, find_program
from onpar.parity.contract.tolerance import Floor, Floors

OF = artifact(precision="int8")


def entry(name: str, program: str, **changes: Any) -> GoldenEntry:
    extra = program_metadata("key", program, {"out": Floors(None, (Floor(1, 1),))})
    golden = replace(info(), target="reference", runtime="pytorch-eager", extra=extra)
    return GoldenEntry(Path("programs", name, "dog.safetensors"), replace(golden, **changes))


RIGHT = entry("right", OF.variant)

OTHERS = [
    entry("another variant with an equal file", "onnx-palette-tensor"),
    entry("another file of the variant", OF.variant, artifact_sha256=sha("another file")),
    entry("another precision", "fp16"),
    entry("another case", OF.variant, case="cat"),
    entry("other weights", OF.variant, weights_sha256=sha("other weights")),
]


def test_it_is_found_among_all_others() -> None:
    assert find_program([*OTHERS, RIGHT], OF, info()) is RIGHT
    of_half = artifact(precision="fp16", sha256=sha("any file"))
    assert find_program([*OTHERS, RIGHT], of_half, info()) is OTHERS[2]


@pytest.mark.parametrize("other", OTHERS, ids=lambda one: one.path.parent.name)
def test_one_of_something_else_is_not_taken(other: GoldenEntry) -> None:
    assert find_program([other], OF, info()) is None
