"""The JUnit report is valid by the schema of Jenkins' xUnit plugin, whatever a run holds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from report_run import passing_run

from onpar.parity.judge.run import Row, Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.report.junit import junit_xml

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "data" / "junit-10.xsd"))

HOSTILE = {
    "control characters": "".join(map(chr, range(32))) + "\x7f\x85\u2028",
    "the end of a CDATA section": "]]>",
    "markup": "</testcase><!-- <![CDATA[ &amp; <?xml",
    "surrogates": "\ud800\udfff\ufffe\uffff",
    "quotes": "\"'`",
    "emptiness": "",
    "blanks": " \t\n ",
    "right to left": "\u202eלהפך",
    "more than a guarded parser takes": "x" * 11_000_000,
}


def valid(run: Run) -> Any:
    """The document, once a parser with its guards up has read it and the schema has passed it."""
    root = etree.fromstring(junit_xml(run).encode())
    SCHEMA.assertValid(root)
    return root


def hostile(run: Run, text: str) -> Run:
    """A run in which everything that a capture can name is `text`, in a row of every outcome."""
    rows = []
    for status in (Status.VALUE, Status.UNJUDGED, Status.NOT_RUN, Status.PASS):
        stage = StageVerdict("run", status, text, tensor=text)
        row = replace(run.verdicts[0], target=text, variant=text, case=text + status)
        rows.append(replace(row, recipe=text, stages=(stage,)))
    targets = tuple(replace(target, needs=text) for target in run.targets)
    return replace(run, verdicts=tuple(rows), targets=targets, required=(), created_at=text)


def test_a_run_with_rows_of_every_kind_is_valid(run: Run) -> None:
    root = valid(run)
    assert len(root.findall(".//failure")) == len(run.failed) + len(run.absent)
    assert len(root.findall(".//skipped")) >= 2


def test_a_run_on_par_is_valid(tmp_path: Path) -> None:
    root = valid(passing_run(tmp_path))
    assert not root.findall(".//failure")


@pytest.mark.parametrize("status", [Status.UNJUDGED, Status.NOT_RUN])
@pytest.mark.parametrize("required", [True, False])
def test_rows_that_were_not_judged_are_valid_required_or_not(
    run: Run, status: Status, required: bool
) -> None:
    row = next(v for v in run.verdicts if v.status is status)
    rows = (Row(row.target, row.variant, row.case),) if required else ()
    alone = replace(run, verdicts=(run.verdicts[0], row), required=rows)
    root = valid(alone)
    assert bool(root.findall(".//failure")) == required


def test_a_run_of_nothing_is_valid(run: Run) -> None:
    assert valid(Run(run.onpar, run.created_at, (), run.targets, ())).findall(".//failure")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_text_out_of_captures_leaves_the_document_valid(run: Run, text: str) -> None:
    root = valid(hostile(run, text))
    assert len(root.findall(".//failure")) == 1


def test_what_is_skipped_says_why_in_its_text_too_which_is_what_gitlab_shows(run: Run) -> None:
    for skipped in valid(run).iter("skipped"):
        assert skipped.text == skipped.get("message") != ""


def test_a_long_sentence_is_cut_where_a_reader_sees_it(run: Run) -> None:
    root = valid(hostile(run, "x" * 20_000))
    message = root.find(".//failure").get("message")
    assert len(message) == 10_000 and message.endswith("x…")


@pytest.mark.parametrize(
    "damage",
    [
        lambda root: root[0].attrib.pop("tests"),
        lambda root: root[0].set("time", "0.123456"),
        lambda root: etree.SubElement(root[0][0], "reason"),
        lambda root: root[0].find("testcase").attrib.pop("name"),
    ],
)
def test_the_schema_refuses_what_is_not_junit(run: Run, damage: Callable[[Any], object]) -> None:
    root = valid(run)
    damage(root)
    assert not SCHEMA.validate(root)
