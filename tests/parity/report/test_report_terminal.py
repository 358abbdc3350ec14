"""The terminal's report says everything in 80 columns, without colour, and ends on the answer."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from present import present
from report_maker import HOSTILE, Maker, of_peaks
from report_run import passing_run
from rich.console import Console

from onpar.parity.judge.run import Run
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import STAGES, StageVerdict
from onpar.parity.report.terminal import print_run


def printed(run: Run, width: int = 80, **options: Any) -> str:
    file = io.StringIO()
    print_run(run, Console(file=file, width=width, **options))
    return file.getvalue()


def flat(text: str) -> str:
    """The text with line ends and indentation as single spaces, as a reader takes it in."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut_off(run: Run, width: int) -> None:
    text = printed(run, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for verdict in run.verdicts:
        assert verdict.status in text
        assert verdict.target in text and verdict.variant in text


def test_the_longest_status_and_stage_stand_whole_in_80_columns(run: Run) -> None:
    value = run.verdicts[1]
    rows = [
        replace(value, stages=(StageVerdict(stage, status, "why"),), case="a-photo-of-a-cat")
        for status, stage in zip(Status, [*STAGES, *STAGES], strict=False)
    ]
    lines = printed(replace(run, verdicts=tuple(rows))).splitlines()
    assert max(map(len, lines)) <= 80
    for row in rows:
        assert any(row.status in line.split() for line in lines)
        if row.blame:
            assert any({row.status, row.blame.stage} <= set(line.split()) for line in lines)


def test_a_row_has_step_error_what_is_seen_snr_and_latency(run: Run) -> None:
    rows = [line.split() for line in printed(run, 120).splitlines() if line.startswith("coffee ")]
    error = ["20", "/", "2.35e-05"]
    assert rows[0] == ["coffee", "VALUE", "run", *error, "95.443%", "15.7", "dB", "41.2", "ms"]


def test_every_row_that_is_not_on_par_is_explained(run: Run) -> None:
    text = flat(printed(run))
    for verdict in run.verdicts:
        expected = verdict.status is not Status.PASS
        assert (flat(verdict.sentence) in text) == expected


def test_a_reason_that_holds_for_several_cases_is_printed_once(run: Run) -> None:
    row = run.verdicts[-1]
    assert row.status is Status.NOT_RUN
    twice = replace(run, verdicts=(*run.verdicts, replace(row, case="chelsea")))
    text = flat(printed(twice))
    assert text.count(flat(row.sentence)) == 1
    assert f"{row.target} {row.variant} on coffee, chelsea" in text


def test_what_is_wrong_with_a_golden_is_printed_once_for_all_rows(run: Run) -> None:
    stage = StageVerdict("golden", Status.INSENSITIVE, "another photo moves nothing")
    rows = [replace(run.verdicts[0], stages=(stage,), target=f"target{n}") for n in range(3)]
    rows.append(replace(rows[0], case="chelsea"))
    text = flat(printed(replace(run, verdicts=tuple(rows))))
    assert text.count("another photo moves nothing") == 1
    assert "INSENSITIVE at golden: every row on astronaut, chelsea" in text


def test_rows_of_several_recipes_say_whose_they_are(run: Run) -> None:
    first = run.verdicts[0]
    assert f"\n{first.target} · " in printed(run)
    text = printed(replace(run, verdicts=(first, replace(first, recipe="another"))))
    assert f"\n{first.recipe} · {first.target} · " in text
    assert f"\nanother · {first.target} · " in text


def test_a_row_for_several_cases_with_short_names_is_one_line(run: Run) -> None:
    rows = [replace(run.verdicts[-1], case=case) for case in "abc"]
    lines = printed(replace(run, verdicts=tuple(rows))).splitlines()
    assert any(line.split()[:3] == ["3", "cases", "NOT_RUN"] for line in lines)


def test_an_error_that_is_all_that_is_allowed_is_shown_with_what_is_allowed(run: Run) -> None:
    value = run.verdicts[1]
    stage = present(value.blame)
    full = replace(stage, distance=replace(present(stage.distance), max_abs=0.379, rmse=0.1))
    full = replace(full, tolerance=replace(present(stage.tolerance), max_abs=0.379, rms=0.2))
    text = printed(replace(run, verdicts=(replace(value, stages=(full,)),)), 120)
    assert " 0.379 / 0.379 " in text


def test_rows_that_were_not_judged_are_a_line_an_artifact_and_not_red(run: Run) -> None:
    output = next(v for v in run.verdicts if v.status is Status.UNJUDGED)
    stage = replace(present(output.blame), detail="no tolerance; measured 10 dB")
    rows = [output, replace(output, case="coffee", stages=(stage,)), run.verdicts[-1]]
    rows += [replace(run.verdicts[-1], case="chelsea"), run.verdicts[0]]
    calm = replace(run, verdicts=tuple(rows), required=())
    text = printed(calm, 260)
    [unjudged] = text.partition("Not judged\n")[2].split("\n\n")[0].split("\n")
    assert f"on astronaut: {output.sentence.rstrip('.')}; likewise on coffee" in unjudged
    [not_run] = text.partition("Did not run here\n")[2].split("\n\n")[0].split("\n")
    assert f"on coffee, chelsea: {run.verdicts[-1].sentence}" in not_run
    assert any(line.split()[:3] == ["2", "cases", "NOT_RUN"] for line in text.splitlines())
    coloured = printed(calm, 260, force_terminal=True, color_system="standard")
    assert "31m" not in coloured
    assert coloured.rstrip().endswith(f"\x1b[1;33m{calm.answer}\x1b[0m")


def test_an_absent_row_the_coverage_and_what_is_needed_stand_before_the_answer(run: Run) -> None:
    text = flat(printed(run))
    order = [
        "NOT CAPTURED, but required: onnxruntime torchscript-fp32-tensor on coffee",
        "2 of 5 targets judged",
        "android-host: a JDK 17",
        "ios-device: a Mac with Xcode",
        run.answer,
    ]
    positions = [text.index(part) for part in order]
    assert positions == sorted(positions)
    assert text.endswith(run.answer)


def test_an_input_that_could_not_be_judged_is_said_and_the_rows_are_shown(run: Run) -> None:
    text = flat(printed(replace(run, problems=("x.json: not UTF-8; export it again",))))
    assert "INPUT: x.json: not UTF-8; export it again" in text
    assert "VALUE at run" in text


def test_a_run_of_nothing_says_so(run: Run) -> None:
    nothing = Run(run.onpar, run.created_at, (), run.targets, ())
    assert "Nothing was compared" in flat(printed(nothing))


def test_an_rms_that_alone_is_too_large_is_the_error_shown(tmp_path: Path) -> None:
    maker = Maker(tmp_path)

    def spread(tensors: dict[str, NDArray[Any]]) -> None:
        noise = np.where(np.indices(tensors["out"].shape).sum(0) % 2, 1, -1)
        tensors["out"] += noise * of_peaks(tensors["out"], 2.7e-6)

    verdict = maker.row("onnxruntime", maker.artifact("onnx"), "astronaut", spread)
    output = next(stage for stage in verdict.stages if stage.stage == "run")
    distance, tolerance = present(output.distance), present(output.tolerance)
    assert distance.max_abs < tolerance.max_abs
    assert output.status is Status.VALUE
    text = printed(Run("", "", (verdict,), (), ()), 120)
    assert f"RMS {distance.rmse:.3g} / {tolerance.rms:.3g}" in text


def test_colour_adds_nothing_that_the_text_does_not_say(run: Run, tmp_path: Path) -> None:
    assert "\x1b" not in printed(run)
    coloured = printed(passing_run(tmp_path), force_terminal=True, color_system="standard")
    assert "\x1b[32mPASS" in coloured


def test_a_capture_cannot_drive_the_terminal_nor_its_markup(run: Run) -> None:
    row = replace(run.verdicts[0], case="\x1b[2J\x07[bold]cat\u202e\nPASS")
    text = printed(replace(run, verdicts=(row,)), 120)
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "[bold]cat" in text
    assert HOSTILE in printed(run, 120)
