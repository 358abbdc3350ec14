"""The golden of a photo that is none of the recipe's is found by what it is of, and by no name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from samples import artifact, info, sha

from onpar.parity.contract.golden import (
    DECODED_BY,
    DIGESTS,
    Gates,
    golden_metadata,
    program_metadata,
)
from onpar.parity.contract.golden.find import (
    GoldenEntry,
    find_golden,
    find_photo_golden,
    find_program,
)
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


INT8 = artifact(precision="int8")


def of_program(name: str, pixels: str = "pixels", by: str = "android-device") -> GoldenEntry:
    """The golden of INT8's program for the photo, or for a case where no target decoded it."""
    floors = {"out": Floors(None, (Floor(1, 1),))}
    extra = program_metadata("key", INT8.variant, floors, decoded_by=by)
    extra[DIGESTS] = json.dumps({"decoded": pixels})
    return entry(name, extra=extra, artifact_sha256=INT8.sha256)


def float_golden(pixels: str = "pixels", **how: Any) -> GoldenEntry:
    one = entry("float", **how)
    extra = {**one.info.extra, DIGESTS: json.dumps({"decoded": pixels})}
    return replace(one, info=replace(one.info, extra=extra))


def test_the_program_of_a_photo_is_that_of_the_same_pixels() -> None:
    programs = [of_program("other", "other pixels"), of_program("right")]
    found = find_program(programs, INT8, float_golden().info)
    assert found is programs[1]
    assert find_program(programs[:1], INT8, float_golden().info) is None


def test_the_program_of_a_photo_is_not_that_of_a_case_and_the_reverse() -> None:
    photo, case = of_program("photo"), of_program("case", by="")
    assert find_program([photo, case], INT8, float_golden().info) is photo
    assert find_program([photo, case], INT8, float_golden(made_from_capture=False).info) is case
    assert find_program([photo], INT8, float_golden(made_from_capture=False).info) is None
    assert find_program([case], INT8, float_golden().info) is None


def test_the_program_of_another_variant_with_equal_bytes_is_not_taken() -> None:
    other = artifact(precision="int8wo")
    assert other.sha256 == INT8.sha256
    assert find_program([of_program("int8")], other, float_golden().info) is None
