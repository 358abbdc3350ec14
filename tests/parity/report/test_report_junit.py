"""A CI server sees red exactly where the run fails, and reads a valid document."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from present import present
from report_run import passing_run

from onpar.parity.judge.run import Row, Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import Verdict
from onpar.parity.report.junit import junit_xml

SUITE_ATTRIBUTES = {
    *("name", "package", "id", "timestamp", "hostname"),
    *("tests", "failures", "errors", "skipped", "time"),
}
"""What Ant's JUnit.xsd requires of a testsuite, and `skipped`."""


def parsed(run: Run) -> ET.Element:
    return ET.fromstring(junit_xml(run))


def case_of(root: ET.Element, verdict: Verdict) -> ET.Element:
    classname = f"{verdict.target}.{verdict.variant}"
    found = root.iterfind(f"testsuite/testcase[@classname='{classname}']")
    return next(case for case in found if case.get("name") == verdict.case)


def red(root: ET.Element) -> list[ET.Element]:
    return root.findall("testsuite/testcase/failure")


def test_the_document_has_the_shape_that_ants_schema_demands(run: Run) -> None:
    root = parsed(run)
    assert root.tag == "testsuites" and not root.attrib
    assert [suite.get("id") for suite in root] == [str(n) for n in range(len(root))]
    for suite in root:
        assert suite.tag == "testsuite" and set(suite.attrib) == SUITE_ATTRIBUTES
        tags = [child.tag for child in suite]
        tests = tags.count("testcase")
        assert tags == ["properties", *["testcase"] * tests, "system-out", "system-err"]
        assert suite.get("timestamp") == "2025-11-21T02:38:07"
        assert int(suite.attrib["tests"]) == tests
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
        for case in suite.iterfind("testcase"):
            assert set(case.attrib) == {"name", "classname", "time"}
            assert len(case) <= 1
    assert not list(root.iter("error"))


def test_one_suite_for_each_target(run: Run) -> None:
    names = [suite.get("name") for suite in parsed(run)]
    assert len(names) == len(set(names))
    assert set(names) == {v.target for v in run.verdicts} | {t.name for t in run.targets}


def test_rows_that_fail_are_failures_with_status_sentence_and_stages(run: Run) -> None:
    root = parsed(run)
    assert len(run.failed) == 4
    for verdict in run.failed:
        [failure] = case_of(root, verdict)
        assert failure.tag == "failure"
        assert failure.get("type") == verdict.status
        assert failure.get("message") == verdict.sentence
        for stage in verdict.stages:
            text = present(failure.text)
            assert stage.detail in text and stage.status in text
    assert len(red(root)) == len(run.failed) + len(run.absent)


def test_a_row_on_par_has_no_child_and_the_time_of_one_run(run: Run) -> None:
    case = case_of(parsed(run), run.verdicts[0])
    assert not len(case)
    assert float(case.attrib["time"]) == pytest.approx(0.0412)


def test_not_run_and_unjudged_are_skipped_with_their_reason(run: Run) -> None:
    root = parsed(run)
    rows = [v for v in run.verdicts if v.status in (Status.NOT_RUN, Status.UNJUDGED)]
    assert len(rows) == 2
    for verdict in rows:
        [skipped] = case_of(root, verdict)
        assert skipped.tag == "skipped" and skipped.get("message") == verdict.sentence


def test_not_run_and_unjudged_are_failures_where_they_are_required(run: Run) -> None:
    rows = [v for v in run.verdicts if v.status in (Status.NOT_RUN, Status.UNJUDGED)]
    required = tuple(Row(v.target, v.variant, v.case) for v in rows)
    root = parsed(replace(run, required=required))
    for verdict in rows:
        assert case_of(root, verdict)[0].tag == "failure"


def test_a_required_row_without_a_capture_is_a_failure(run: Run) -> None:
    [row] = run.absent
    root = parsed(run)
    [case] = root.iterfind(f"testsuite/testcase[@classname='{row.target}.{row.variant}']")
    assert case.get("name") == row.case
    assert case[0].tag == "failure" and "required" in case[0].attrib["message"]


def test_targets_that_were_not_judged_are_skipped_with_what_they_need(run: Run) -> None:
    [case] = parsed(run).iterfind("testsuite[@name='ios-device']/testcase")
    assert case[0].tag == "skipped" and case[0].get("message") == "a Mac with Xcode, and an iPhone"


def test_a_run_of_nothing_is_red(run: Run) -> None:
    nothing = Run(run.onpar, run.created_at, (), run.targets, ())
    [failure] = red(parsed(nothing))
    assert "Nothing was compared" in failure.attrib["message"]


def test_a_run_in_which_nothing_could_be_judged_is_red(run: Run) -> None:
    unjudged = [v for v in run.verdicts if v.status in (Status.NOT_RUN, Status.UNJUDGED)]
    some = Run(run.onpar, run.created_at, tuple(unjudged), run.targets, ())
    assert not some.passed
    [failure] = red(parsed(some))
    assert failure.get("message") == some.answer


def test_a_run_on_par_has_no_failure(tmp_path: Path) -> None:
    passing = passing_run(tmp_path)
    assert passing.passed and not red(parsed(passing))


def test_control_characters_and_markup_in_metadata_leave_the_document_readable(run: Run) -> None:
    hostile = "\x00\x1b[31m</failure>&\ud800\ufffe\n"
    row = replace(run.verdicts[1], case=hostile, target="<target>")
    root = parsed(replace(run, verdicts=(row,)))
    assert root[0].get("name") == "<target>"
    assert "</failure>&" in present(root[0].find("testcase")).attrib["name"]


def test_a_time_in_another_zone_becomes_utc_and_an_unknown_one_stays_valid(run: Run) -> None:
    for created, expected in (
        ("2025-11-21T04:38:07+02:00", "2025-11-21T02:38:07"),
        ("yesterday", "1970-01-01T00:00:00"),
    ):
        root = parsed(replace(run, created_at=created))
        assert {suite.get("timestamp") for suite in root} == {expected}
