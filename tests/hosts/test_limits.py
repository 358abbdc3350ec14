"""The table of limits, and what each language has of it."""

from __future__ import annotations

import re

import pytest

from onpar.parity.contract.capture import DTYPES
from onpar.parity.limits import limits
from onpar.parity.limits.name_rule import NameRule
from onpar.pipeline.apps.limits.table import Name, read_table
from onpar.pipeline.apps.limits.write import FILES
from onpar.pipeline.paths import ROOT

TABLE = read_table()


@pytest.mark.parametrize("name", FILES)
def test_the_committed_constants_are_those_of_the_table(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == FILES[name](TABLE), "run `make limits`"


def test_every_entry_has_a_reason() -> None:
    reasons = [one.why for one in TABLE.numbers.values()]
    reasons += [one.why for one in TABLE.names.values()]
    reasons += [one.why for one in TABLE.choices.values()]
    assert all(len(reason) > 10 for reason in reasons)


@pytest.mark.parametrize("name", TABLE.names)
def test_the_characters_of_a_name_are_those_of_its_pattern(name: str) -> None:
    """C++ and Swift get the characters, Python and Java the pattern."""
    rule = TABLE.names[name]
    kept: NameRule = getattr(limits, name.upper())
    first, rest = rule.characters()
    filled = first[0] * (kept.min_bytes - 1)
    for code in range(128):
        assert kept.fits(chr(code) + filled) == (chr(code) in first)
        assert kept.fits(first[0] + filled[1:] + chr(code)) == (chr(code) in rest)
    assert kept.fits("é" + filled[2:]) == rule.beyond_ascii


def test_a_pattern_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected two classes: \[first\]\[rest\]\*"):
        Name("[a-z]+", 1, 9, "letters", "a reason")


@pytest.mark.parametrize("name", ["a" * 150, "é" * 75])
def test_a_names_length_is_counted_in_bytes(name: str) -> None:
    assert limits.CASE_NAME.fits(name)
    assert not limits.CASE_NAME.fits(name + "e")


def test_what_is_no_text_is_no_name() -> None:
    for wrong in (None, 1, "\ud800", b"a", ""):
        assert not limits.CASE_NAME.fits(wrong)


def test_captures_hold_the_item_types_of_the_table() -> None:
    assert tuple(DTYPES) == limits.ITEM_TYPES
    java = (ROOT / "android_app/core/src/main/java/org/onpar/core/Dtype.java").read_text("utf-8")
    assert tuple(re.findall(r'^    [A-Z0-9]+\("(\w+)"', java, re.MULTILINE)) == limits.ITEM_TYPES
    cpp = (ROOT / "ios_app" / "Core" / "tensor.cpp").read_text("utf-8")
    assert tuple(re.findall(r'\{Dtype::\w+, "(\w+)"', cpp)) == limits.ITEM_TYPES
