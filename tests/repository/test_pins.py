"""Every action is pinned by the digest of a commit: a tag can be moved to other code."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from onpar.pipeline.paths import ROOT

WORKFLOWS = sorted(
    path for folder in (".github/workflows", "docs") for path in (ROOT / folder).glob("*.yml")
)

PINNED = re.compile(r"([a-z-]+/[a-z/-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
"""An action, its commit, and in a comment the release that it is."""


def actions(text: str) -> list[str]:
    """What stands behind `uses:`, line by line."""
    return re.findall(r"^\s*(?:- )?uses:\s*(.*?)\s*$", text, flags=re.M)


def unpinned(text: str) -> list[str]:
    return [one for one in actions(text) if not PINNED.fullmatch(one)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_of_a_workflow_is_pinned_by_a_commit(path: Path) -> None:
    text = path.read_text("utf-8")
    assert actions(text)
    assert unpinned(text) == []


@pytest.mark.parametrize(
    "used",
    [
        "actions/checkout@v6",
        "actions/checkout@v6.0.2",
        "actions/checkout@main # v6.0.2",
        "actions/checkout@de0fac2 # v6.0.2",
        "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd",
        "actions/checkout",
    ],
)
def test_a_tag_a_branch_a_short_digest_and_one_without_its_release_are_no_pins(used: str) -> None:
    assert unpinned(f"steps:\n  - uses: {used}\n") == [used]


def test_an_action_has_one_pin_in_all_workflows() -> None:
    pins = defaultdict(set)
    for path in WORKFLOWS:
        for action, commit, release in PINNED.findall(path.read_text("utf-8")):
            pins[action].add((commit, release))
    assert len(pins) >= 6
    assert [action for action, known in pins.items() if len(known) > 1] == []
