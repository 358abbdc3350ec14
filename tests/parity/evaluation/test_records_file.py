"""The files of an evaluation: its records, and its figures."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from samples import sha
from test_classmap_figures import compared, evaluated, record, table
from test_merge import NAMES, THREE, records

from onpar.parity.evaluation.evaluation import (
    EVALUATION_FORMAT,
    EvaluationError,
    read_evaluation,
    write_evaluation,
)
from onpar.parity.evaluation.expected import Expected
from onpar.parity.evaluation.records_file import RecordError, appending, read_records

EXPECTED = Expected(THREE, (6, 8), {sha(name): True for name in NAMES})


def test_half_a_line_is_passed_over_and_removed_before_the_next_is_added(tmp_path: Path) -> None:
    path = tmp_path / "records-1.jsonl"
    made = records(THREE, False)
    with appending(path) as append:
        append(made[0])
        append(made[1])
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert list(read_records([path], EXPECTED)) == made[:1]
    with appending(path) as append:
        append(made[2])
    assert list(read_records([path], EXPECTED)) == [made[0], made[2]]


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    path = tmp_path / "records-1.jsonl"
    path.write_text('{"image": 1}\n')
    with pytest.raises(RecordError, match=r"records-1\.jsonl: line 1 is not a record .* delete"):
        list(read_records([path], EXPECTED))


def test_records_are_not_written_through_a_link(tmp_path: Path) -> None:
    """A build folder may come from somebody else: cutting off half a line would damage the file."""
    path, outside = tmp_path / "records-1.jsonl", tmp_path / "outside"
    outside.write_text("important")
    path.symlink_to(outside)
    said = r"records-1\.jsonl: is a link, .*; remove it"
    with pytest.raises(RecordError, match=said), appending(path):
        pass
    assert outside.read_text() == "important"


def test_records_that_are_a_pipe_are_refused_without_waiting_for_its_other_end(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records-1.jsonl"
    os.mkfifo(path)
    said = r"records-1\.jsonl: is not a regular file; remove it"
    with pytest.raises(RecordError, match=said), appending(path):
        pass
    with pytest.raises(RecordError, match=r"records-1\.jsonl: is a named pipe, .*; remove it"):
        list(read_records([path], EXPECTED))


def test_a_link_to_records_that_do_not_exist_is_named(tmp_path: Path) -> None:
    path = tmp_path / "records-1.jsonl"
    path.symlink_to(tmp_path / "nowhere")
    said = r"records-1\.jsonl: is a link to a file that does not exist; remove it"
    with pytest.raises(RecordError, match=said):
        list(read_records([path], EXPECTED))


def test_the_figures_are_kept_as_json(tmp_path: Path) -> None:
    done = evaluated(record("a.png", compared(table([1, 2]))))
    write_evaluation(tmp_path / "evaluation.json", done)
    assert read_evaluation(tmp_path / "evaluation.json") == done


def test_what_is_not_an_evaluation_is_refused_with_the_command_that_makes_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps({"version": EVALUATION_FORMAT}))
    said = r"evaluation\.json: is not an evaluation .*; evaluate again with `onpar evaluate`"
    with pytest.raises(EvaluationError, match=said):
        read_evaluation(path)
