"""A call works from a script without a guard, from threads and twice at once; where it cannot, it
is refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from builds import linked
from python_calls import OPTIONS, RECIPE, python

import onpar as installed

CALL = f"onpar.run_parity({str(RECIPE)!r}, **{OPTIONS!r}, build=BUILD)"

UNGUARDED = f"""
print("the script runs")
import onpar, sys
import onpar.pipeline.jobs.scheduler as scheduler
BUILD, scheduler.START = sys.argv[1:]
print({CALL}.answer)
"""


@pytest.mark.parametrize("start", ["forkserver", pytest.param("spawn", marks=pytest.mark.slow)])
def test_a_script_without_a_guard_runs_once(start: str, python_build: Path, tmp_path: Path) -> None:
    """Also where processes are spawned, as on macOS."""
    build = linked(python_build, tmp_path / "build")
    (tmp_path / "script.py").write_text(UNGUARDED)
    done = python("script.py", build, start, cwd=tmp_path)
    assert done.stdout.count("the script runs") == 1, done.stdout + done.stderr
    assert "On par: 4 rows pass" in done.stdout, done.stderr
    assert "capture onnxruntime" in done.stderr


THREADS = f"""
import sys, threading, onpar
answers = []
def call(BUILD):
    answers.append({CALL}.answer)
for batch in (sys.argv[1:2], sys.argv[2:4]):
    threads = [threading.Thread(target=call, args=(build,)) for build in batch]
    for one in threads: one.start()
    for one in threads: one.join()
print(len(answers), set(answers))
"""


def test_threads_call_it_after_and_beside_each_other(python_build: Path, tmp_path: Path) -> None:
    """The first thread, which starts the process that jobs are forked from, has ended when the
    others want jobs of it; two of those have different build folders."""
    builds = [linked(python_build, tmp_path / f"build{i}") for i in range(3)]
    (tmp_path / "script.py").write_text(THREADS)
    done = python("script.py", *builds, cwd=tmp_path)
    assert done.stdout.startswith("3 {'On par: 4 rows pass"), done.stdout + done.stderr
    assert done.stderr.count("capture onnxruntime") == 3


SELF = (
    RECIPE.read_text("utf-8")
    + f"""
import onpar
BUILD = "build"
{CALL.replace(repr(str(RECIPE)), "__file__")}
"""
)


def test_a_recipe_file_that_calls_it_while_it_is_loaded_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SELF)
    for command in (["mine.py"], ["-m", "onpar", "export", "--recipe", "mine.py"]):
        done = python(*command, cwd=tmp_path)
        assert done.returncode != 0
        assert "mine.py is loaded as a recipe; put the call under `if __name__" in done.stderr


POOL = """
import multiprocessing, onpar
def call(_):
    try:
        onpar.check_captures("build")
    except onpar.OnparError as error:
        return str(error)
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(call, [0]))
"""


def test_a_process_of_a_pool_is_refused(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(POOL)
    done = python("script.py", cwd=tmp_path)
    assert "which cannot start processes; call it in the main process" in done.stdout, done.stderr


def test_names_of_the_script_stay_as_they_were(python_build: Path) -> None:
    import __main__ as main

    before = dict(vars(main))
    assert installed.run_parity(RECIPE, **OPTIONS, build=python_build).on_par
    assert vars(main)["__spec__"] is before["__spec__"]
    assert vars(main).get("__file__") == before.get("__file__")
