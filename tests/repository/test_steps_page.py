"""docs/steps.md has every kind of step with its constants, in the order of the table STEPS."""

from __future__ import annotations

import re

import msgspec

from onpar.parity.contract.steps import STEPS
from onpar.pipeline.paths import ROOT

PAGE = (ROOT / "docs" / "steps.md").read_text(encoding="utf-8")


def test_every_step_is_on_the_page_with_its_constants_and_how_it_is_judged() -> None:
    section = PAGE.split("\n## Every step\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:3] == "| `"]
    shown = {kind.strip("`"): re.findall(r"`(\w+)`", constants) for kind, _, constants, _ in rows}
    fields = {
        kind: [one.name for one in msgspec.structs.fields(step)][len(("takes", "makes")) :]
        for kind, step in STEPS.items()
    }
    assert shown == fields
    assert list(shown) == list(fields)
    assert all(makes and judged for _, makes, _, judged in rows)
