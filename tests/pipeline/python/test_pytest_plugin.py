"""The fixture `assert_on_par`, in a pytest of its own: what passes, and what a failure says."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from builds import linked
from python_calls import OPTIONS, RECIPE, python
from small_build import SmallBuild, capture, small_build, tensors

from onpar.pipeline.paths import ROOT

ENTRY = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]


def run(folder: Path, *calls: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A test for each call of the fixture; the plugin is found by its entry point, as of an
    installed onpar."""
    info = folder / "site" / "onpar_of_test-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: onpar-of-test\nVersion: 0\n")
    [(name, module)] = ENTRY["pytest11"].items()
    (info / "entry_points.txt").write_text(f"[pytest11]\n{name} = {module}\n")
    lines = ["from pathlib import Path", "import numpy as np", "import onpar", ""]
    for i, call in enumerate(calls):
        lines += [f"def test_{i}(assert_on_par):", f"    {call}", ""]
    (folder / "test_mine.py").write_text("\n".join(lines))
    command = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py")
    path = {"PYTHONPATH": f"{ROOT}:{folder / 'site'}", "COLUMNS": "400"}
    return python(*command, cwd=folder, **path, **more)


def built(folder: Path) -> SmallBuild:
    build = small_build(folder)
    build.captured()
    held = tensors()
    held["out"][0, 1, 2, 3] += 0.5
    build.captured("wrong", capture(held))
    return build


def test_what_is_on_par_passes(python_build: Path, tmp_path: Path) -> None:
    build = linked(python_build, tmp_path / "build", "captures", "reports")
    [artifact] = (build / "artifacts").glob("*.onnx")
    [one] = build.glob("captures/onnxruntime/*/coffee.safetensors")
    done = run(
        tmp_path,
        f"assert assert_on_par({str(RECIPE)!r}, **{OPTIONS!r}).on_par",
        f"assert_on_par({str(artifact)!r}, targets='onnxruntime')",
        "assert_on_par('build/captures')",
        f"assert_on_par({str(one)!r})",
        f"assert_on_par([{str(one)!r}])",
        f"assert_on_par((Path({str(one)!r}),), build='build')",
        "assert_on_par(onpar.check_captures('build/captures'))",
        "assert_on_par(onpar.compare(np.ones(3), np.ones(3)))",
    )
    assert done.returncode == 0, done.stdout
    assert "8 passed" in done.stdout


def test_the_limit_of_the_drop_is_an_option(street_int8: Path, tmp_path: Path) -> None:
    build = linked(street_int8, tmp_path / "build", "captures", "reports")
    [artifact] = (build / "artifacts").glob("*int8-tensor.onnx")
    done = run(
        tmp_path,
        f"assert_on_par({str(artifact)!r}, targets='onnxruntime', max_drop=0.7)",
        "assert_on_par('build/captures', max_drop=0.5)",
    )
    assert "1 failed, 1 passed" in done.stdout
    assert "costs 0.65 % of the pixels: more than 0.5 % allowed by --max-drop" in done.stdout


def test_a_failure_shows_the_sentence_the_step_and_the_report_alone(tmp_path: Path) -> None:
    build = built(tmp_path)
    done = run(tmp_path, f"assert_on_par({str(build.captures)!r}, build={str(build.root)!r})")
    assert done.returncode == 1
    assert "Failed: Not on par: 1 of 2 rows failed" in done.stdout
    assert "VALUE at run: onnxruntime onnx-fp32-tensor on dog" in done.stdout
    assert "worst at [0, 1, 2, 3]: got" in done.stdout
    # Under CI pytest's summary repeats it whole.
    [report] = set(re.findall(r"Report: (/.*)", done.stdout))
    assert Path(report).is_file()
    # No line of onpar's own code.
    assert "pytest_plugin.py" not in done.stdout
    assert "Traceback" not in done.stdout
    assert re.search(r"^>\s+assert_on_par\(", done.stdout, re.M)


@pytest.mark.parametrize(("allow", "failed"), [("", 1), (", allow_unjudged=True", 0)])
def test_what_nobody_judged_fails_unless_that_is_allowed(
    tmp_path: Path, allow: str, failed: int
) -> None:
    build = small_build(tmp_path)
    build.captured()
    build.golden.unlink()
    given = f"{str(build.captures)!r}, build={str(build.root)!r}{allow}"
    done = run(
        tmp_path,
        f"assert_on_par({given})",
        f"assert_on_par(onpar.compare(np.ones(3), np.zeros(3)){allow})",
    )
    assert done.returncode == failed, done.stdout
    if failed:
        assert "Failed: Nothing was judged, 1 row is UNJUDGED" in done.stdout
        assert "Failed: Not judged: 1 of 1 array, the first of them array (UNJUDGED)" in done.stdout


def test_allow_unjudged_allows_no_failure(tmp_path: Path) -> None:
    build = built(tmp_path)
    given = f"{str(build.captures)!r}, build={str(build.root)!r}, allow_unjudged=True"
    done = run(tmp_path, f"assert_on_par({given})")
    assert "Failed: Not on par" in done.stdout


def test_wrong_usage_fails_with_the_message_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run(
        tmp_path,
        "assert_on_par('deeplabv3_resnet5')",
        "assert_on_par('absent.py')",
        "assert_on_par('build/artifacts/absent.onnx')",
        "assert_on_par('empty')",
    )
    assert "4 failed" in done.stdout
    assert "Failed: onpar: unknown recipe 'deeplabv3_resnet5'; known: " in done.stdout
    assert "onpar recipes --init absent.py" in done.stdout
    assert "Failed: onpar: build/artifacts/absent.onnx: no such artifact" in done.stdout
    assert "Traceback" not in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_what_it_does_not_take_is_said_with_what_it_takes(tmp_path: Path) -> None:
    takes = (
        "Failed: onpar: assert_on_par takes a recipe, an exported file, captures (a path, or "
        "several in a list), or a result of onpar, such as onpar.compare(got, reference); this is "
        "of type "
    )
    refused = {
        "np.zeros(3)": f"{takes}ndarray",
        "None": f"{takes}NoneType",
        "object()": f"{takes}object",
        "{'a': 1}": f"{takes}dict",
        "[]": "Failed: onpar: captures: the list is empty, so no captures were given",
        "Path().glob('absent*')": "Failed: onpar: captures: the list is empty",
        "[np.zeros(3)]": "Failed: onpar: captures is of type list: expected the path",
        "''": "Failed: onpar: captures='': expected the path of a capture file",
        "'empty', size=(1, 1)": "Failed: onpar: assert_on_par: size: no such option; what was "
        "given is judged by onpar.check_captures, with the options require, build, report",
        "'empty', build=3": "Failed: onpar: build=3: expected the path of a folder",
        "'absent.py', targets=[]": "Failed: onpar: targets: the list is empty",
        "onpar.compare(np.ones(3), np.ones(3)), rms=1": "Failed: onpar: assert_on_par: a result "
        "takes no options: rms",
    }
    (tmp_path / "empty").mkdir()
    done = run(tmp_path, *(f"assert_on_par({given})" for given in refused))
    assert f"{len(refused)} failed" in done.stdout
    for given, said in refused.items():
        assert said in done.stdout, given
    assert "Traceback" not in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_starting_pytest_imports_nothing_of_onpar_but_the_plugin() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); "
        "import onpar.pipeline.pytest_plugin; print(*sorted(set(sys.modules) - before))"
    )
    done = python("-c", code, cwd=ROOT)
    assert done.stdout.split() == ["onpar", "onpar.pipeline", "onpar.pipeline.pytest_plugin"]
