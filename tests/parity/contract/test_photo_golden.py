"""The golden of a photo that is none of the recipe's is found by what it is of, and by no name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import artifact, info, sha

from onpar.parity.contract.golden import DECODED_BY, Gates, golden_metadata
from onpar.parity.contract.golden.find import GoldenEntry, find_golden, find_photo_golden
from onpar.parity.contract.tolerance import Floor, Floors

CAPTURED = info(case="IMG_2041", sources={"photo": sha("a photo of the phone")})


def entry(name: str, made_from_capture: bool = True, **changes: Any) -> GoldenEntry:
    by = "android-device" if made_from_capture else ""
    extra = golden_metadata(
        "key", {"out": Floors(None, (Floor(1, 1),))}, {"out": Gates(1, 1, 1)}, by
    )
    golden = replace(CAPTURED, target="reference", runtime="pytorch-eager", extra=extra)
    return GoldenEntry(Path(name), replace(golden, **changes))


RIGHT = entry("right")

DOG = {"photo": sha("dog")}

OTHERS = [
    entry("recipe", recipe_sha256=sha("another recipe")),
    entry("weights", weights_sha256=sha("other weights")),
    entry("photo", sources={"photo": sha("another photo")}),
    entry("the reference's own", made_from_capture=False),
]


def test_it_is_found_by_recipe_weights_and_photo_whatever_the_case_is_called() -> None:
    for case in ("IMG_2041", "holiday"):
        found = find_photo_golden([*OTHERS, RIGHT], artifact(), replace(CAPTURED, case=case))
        assert found is RIGHT


@pytest.mark.parametrize("other", OTHERS, ids=lambda other: str(other.path))
def test_one_of_something_else_is_not_taken(other: GoldenEntry) -> None:
    assert find_photo_golden([other], artifact(), CAPTURED) is None


@pytest.mark.parametrize(
    "own",
    [{"case": "dog"}, {"sources": DOG}, {"case": "dog", "sources": DOG}],
    ids=["by name", "by photo", "by both"],
)
def test_the_recipes_own_photo_is_never_judged_by_one(own: dict[str, Any]) -> None:
    forged = entry("forged", **own)
    assert find_photo_golden([forged], artifact(), replace(CAPTURED, **own)) is None
    assert find_golden([forged], artifact(), "dog") is None


def test_a_golden_of_the_references_own_decoding_names_no_target() -> None:
    assert RIGHT.info.extra[DECODED_BY] == "android-device"
    assert DECODED_BY not in OTHERS[-1].info.extra
