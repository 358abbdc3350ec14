"""The job summary says what the run says, shows any text as it is, and keeps within its room."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_reader import GITHUB, html, words
from present import present
from report_maker import HOSTILE
from report_run import passing_run

from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict
from onpar.parity.report.markdown import ROOM, escaped, job_summary
from onpar.parity.report.printable import printable

NAMES = (
    HOSTILE,
    "a|b",
    "`code` ``",
    "[link](javascript:alert(1))",
    "![image](https://example.org/x.png)",
    "**bold** _it_ ~~no~~ # title",
    "</details></td><!--",
    "a\\|b\\",
    "&lt;b&gt; &amp;",
    "@someone #1 :rocket: $x$",
)


def body(text: str) -> list[list[str]]:
    """The rows of the table: what a reader sees in each cell."""
    found = re.search(r"<tbody>(.*?)</tbody>", html(text), flags=re.S)
    rows = re.findall(r"<tr>(.*?)</tr>", present(found)[1], flags=re.S)
    return [[words(cell) for cell in re.findall(r"<td>(.*?)</td>", r, flags=re.S)] for r in rows]


def test_it_begins_with_the_answer_and_the_coverage(run: Run) -> None:
    heading = re.search(r"<h3>(.*?)</h3>", html(job_summary(run)))
    assert heading and unescape(heading[1]) == f"✕ {run.answer}"
    assert words(html(job_summary(run))).index(run.coverage) < 200


def test_every_row_is_in_the_table_those_that_fail_first_and_those_not_judged_last(
    run: Run,
) -> None:
    rows = body(job_summary(run))
    assert {len(cells) for cells in rows} == {9}
    expected = {(v.target, v.variant, v.case, str(v.status)) for v in run.verdicts}
    assert {tuple(cells[:4]) for cells in rows} == expected
    failed = [v.status for v in run.failed]
    assert [cells[3] for cells in rows][: len(failed)] == failed
    assert [cells[3] for cells in rows][len(failed) :] == ["PASS", "PASS", "UNJUDGED", "NOT_RUN"]


def test_what_fails_stands_with_its_stage_and_its_sentence(run: Run) -> None:
    seen = words(html(job_summary(run)).partition("<table>")[0])
    for verdict in run.failed:
        stage = present(verdict.blame).stage
        heading = f"{verdict.status} at {stage}: {verdict.target} {verdict.variant}"
        assert f"{heading} on {verdict.case} {verdict.sentence}" in seen
    [absent] = run.absent
    assert f"required {absent.target} {absent.variant} on {absent.case}" in seen


def test_what_was_not_judged_is_folded_away_with_its_reason(run: Run) -> None:
    folded = html(job_summary(run)).partition("<details>")[2]
    for verdict in run.verdicts:
        if verdict.status in (Status.UNJUDGED, Status.NOT_RUN):
            assert verdict.sentence in words(folded)
    assert all(t.needs in words(folded) for t in run.targets if not t.judged)


def test_a_run_on_par_has_no_reasons(tmp_path: Path) -> None:
    run = passing_run(tmp_path)
    text = job_summary(run)
    assert f"✓ {run.answer}" in words(html(text))
    assert "<li>" not in html(text).partition("<details>")[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_and_never_obeyed(run: Run, name: str) -> None:
    stage = StageVerdict("run", Status.VALUE, name)
    failing = replace(run.verdicts[1], target=name, variant=name, case=name, stages=(stage,))
    text = job_summary(replace(run, verdicts=(failing, run.verdicts[0]), required=()))
    markup = html(text)
    assert set(re.findall(r"<(\w+)", markup)) <= {
        *("h3", "p", "br", "ul", "li", "strong", "details", "summary"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert body(text)[0][:3] == [" ".join(name.split())] * 3
    assert len(body(text)) == 2


@given(st.text())
def test_escaped_text_reads_as_it_is(text: str) -> None:
    shown = unescape(GITHUB.renderInline(escaped(text, 10_000)))
    assert shown.strip() == printable(text).strip()


@pytest.mark.parametrize("length", [10, 3000])
def test_it_has_no_more_bytes_than_there_is_room_for_and_counts_what_it_leaves_out(
    run: Run, length: int
) -> None:
    stage = StageVerdict("run", Status.VALUE, "é|" * length)
    many = [replace(run.verdicts[1], case=f"{n} é|é|é|é|é", stages=(stage,)) for n in range(900)]
    whole = replace(run, verdicts=tuple(many), required=())
    room = 100_000
    text = job_summary(whole, room)
    assert room / 2 < len(text.encode()) <= room
    rows = body(text)
    counted = re.findall(r"…and (\d+) more", text)
    assert int(counted[-1]) + len(rows) == 900
    assert text.endswith("</details>\n")


def test_the_room_is_what_github_lets_a_step_write(run: Run) -> None:
    many = [replace(run.verdicts[0], case=f"{n}{'|' * 300}") for n in range(5000)]
    assert ROOM == 1 << 20
    assert ROOM / 2 < len(job_summary(replace(run, verdicts=tuple(many))).encode()) <= ROOM


def test_where_there_is_no_room_at_all_it_is_empty(run: Run) -> None:
    whole = len(job_summary(run).encode())
    assert job_summary(run, 100) == ""
    for room in range(0, whole, 97):
        assert len(job_summary(run, room).encode()) <= room
    assert job_summary(Run(run.onpar, "", (), (), ()), 10_000).startswith("### ✕ Nothing")
