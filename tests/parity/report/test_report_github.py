"""GitHub shows what fails, the worst first, and every text as it is."""

from dataclasses import replace
from pathlib import Path

import pytest
from github_runner import obeyed
from hypothesis import given
from hypothesis import strategies as st
from present import present
from report_run import passing_run

from onpar.parity.judge.run import Row, Run
from onpar.parity.judge.status import PRECEDENCE, Status
from onpar.parity.judge.verdict import StageVerdict, Verdict
from onpar.parity.report.github import Annotation, command, commands, run_annotations
from onpar.parity.report.printable import printable


def shown(run: Run, *errors: str) -> list[tuple[str, dict[str, str], str]]:
    """The annotations of a run, as the runner reads them."""
    return [obeyed(line) for line in run_annotations(run, errors)]


def rows(run: Run, status: Status, *targets: str) -> tuple[Verdict, ...]:
    stage = StageVerdict("run", status, "it is off")
    return tuple(replace(run.verdicts[0], target=name, stages=(stage,)) for name in targets)


def test_every_row_that_fails_is_in_an_error_with_its_sentence(run: Run) -> None:
    errors = [(p["title"], message) for kind, p, message in shown(run) if kind == "error"]
    assert len(errors) == len(run.failed) + len(run.absent)
    for verdict in run.failed:
        title = f"{verdict.target} {verdict.variant} on {verdict.case}"
        [message] = [m for t, m in errors if t.endswith(title) and t.startswith(verdict.status)]
        assert message == verdict.sentence
    [absent] = run.absent
    title = f"{absent.target} {absent.variant} on {absent.case}"
    assert any(t.startswith("NOT CAPTURED") and t.endswith(title) for t, _ in errors)


def test_the_worst_comes_first(run: Run) -> None:
    kinds = [p["title"].partition(" ")[0] for kind, p, _ in shown(run) if kind == "error"]
    statuses = [PRECEDENCE[Status(kind)] for kind in kinds if kind != "NOT"]
    assert statuses == sorted(statuses) and len(set(statuses)) == 3


def test_cases_of_an_artifact_that_fail_alike_are_one_error(run: Run) -> None:
    value = run.verdicts[1]
    one = replace(value, case="chelsea", stages=(replace(value.stages[-1]),))
    two = [value, replace(value, case="rocket"), replace(one, stages=value.stages)]
    [(_, properties, message)] = shown(replace(run, verdicts=tuple(two), required=()))
    assert properties["title"].endswith("on coffee, rocket, chelsea")
    assert message == value.sentence


def test_cases_that_fail_by_other_figures_are_one_error_with_a_line_for_each(run: Run) -> None:
    value = run.verdicts[1]
    [stage] = [s for s in value.stages if s is value.blame]
    other = replace(value, case="rocket", stages=(replace(stage, detail="off by 30"),))
    [(_, _, message)] = shown(replace(run, verdicts=(value, other), required=()))
    assert message.splitlines() == [f"coffee: {value.sentence}", "rocket: off by 30"]


def test_no_more_than_github_shows_and_the_last_counts_the_rest(run: Run) -> None:
    names = [f"target-{n}" for n in range(23)]
    errors = shown(replace(run, verdicts=rows(run, Status.VALUE, *names), required=()))
    assert len(errors) == 10
    assert errors[-1][1]["title"] == "14 more"
    assert all(any(f" {name} " in p["title"] + m for _, p, m in errors) for name in names)


def test_ten_errors_are_shown_without_a_count(run: Run) -> None:
    names = [f"target-{n}" for n in range(10)]
    errors = shown(replace(run, verdicts=rows(run, Status.VALUE, *names), required=()))
    assert [f"target-{n}" in p["title"] for n, (_, p, _) in enumerate(errors)] == [True] * 10


def test_unjudged_rows_are_one_warning_those_not_run_one_notice_and_neither_an_error(
    run: Run,
) -> None:
    open_rows = [v for v in run.verdicts if v.status in (Status.UNJUDGED, Status.NOT_RUN)]
    calm = replace(run, verdicts=(run.verdicts[0], *open_rows), required=())
    assert [(kind, p["title"], message) for kind, p, message in shown(calm)] == [
        (
            kind,
            title,
            f"{v.status} at {present(v.blame).stage}: "
            f"{v.target} {v.variant} on {v.case}: {v.sentence}",
        )
        for (kind, title), v in zip(
            [("warning", "1 row not judged"), ("notice", "1 row did not run here")],
            open_rows,
            strict=True,
        )
    ]


def test_an_input_that_could_not_be_judged_is_an_error(run: Run) -> None:
    one = replace(run, verdicts=run.verdicts[:1], required=(), problems=("x.json: not UTF-8",))
    assert [(kind, message) for kind, _, message in shown(one)] == [("error", "x.json: not UTF-8")]


def test_rows_that_were_not_judged_are_errors_where_they_are_required(run: Run) -> None:
    row = next(v for v in run.verdicts if v.status is Status.NOT_RUN)
    required = (Row(row.target, row.variant, row.case),)
    [(kind, _, _)] = shown(replace(run, verdicts=(run.verdicts[0], row), required=required))
    assert kind == "error"


def test_a_run_on_par_annotates_nothing(tmp_path: Path) -> None:
    assert shown(passing_run(tmp_path)) == []


def test_a_run_of_nothing_is_an_error(run: Run) -> None:
    nothing = Run(run.onpar, run.created_at, (), run.targets, ())
    assert [(kind, message) for kind, _, message in shown(nothing)] == [("error", nothing.answer)]


def test_a_stage_that_failed_is_an_error_though_the_rows_are_on_par(tmp_path: Path) -> None:
    [(kind, _, message)] = shown(passing_run(tmp_path), "ptl: no such operator")
    assert (kind, message) == ("error", "ptl: no such operator")


@given(st.text(), st.lists(st.text(), min_size=1))
def test_any_text_comes_through_in_one_line(title: str, message: str) -> None:
    line = command(Annotation("error", title, tuple(message)))
    assert len(line.splitlines()) == 1
    line.encode()
    kind, properties, got = obeyed(line)
    assert (kind, got) == ("error", "\n".join(map(printable, message)))
    assert properties == ({"title": printable(title)} if title else {"title": ""})


@pytest.mark.parametrize("character", ["x", "%", "\n"])
def test_a_long_text_is_cut_where_github_would_cut_it(character: str) -> None:
    [line] = commands([Annotation("error", character * 10_000, (character * 10_000,))])
    _, properties, message = obeyed(line)
    assert len(properties["title"]) == 255 and properties["title"].endswith("…")
    assert len(message) == 4096 and message.endswith("…")
