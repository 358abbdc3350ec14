"""The iOS app's Core: its own tests under sanitizers, and its readers fuzzed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from builds import Built
from everyday import few
from photo_files import HARD
from preps import Prep
from sidecars import artifact
from tools import with_own_peak

from onpar.parity.contract.sidecar import sidecar_text
from onpar.pipeline.paths import ROOT

APP = ROOT / "ios_app"
SANITIZED = APP / "build" / "sanitized"


@pytest.fixture(scope="module")
def sanitized(ios_built: Built) -> Path:
    """The folder of what is built with AddressSanitizer and UBSan."""
    ios_built.check()
    for part, made in (("tests", "core_tests"), ("fuzzers", "photo_fuzz")):
        command = ["bash", ".ci/ios", "sanitized", part, str(SANITIZED / made)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
        assert done.returncode == 0, done.stdout + done.stderr
    return SANITIZED


@pytest.mark.parametrize("tests", ["core_tests", "bridge_tests"])
def test_cores_and_bridges_own_tests_pass_under_sanitizers(sanitized: Path, tests: str) -> None:
    # GNUstep keeps what it makes at its start, which only LeakSanitizer minds.
    leaks = "0" if tests == "bridge_tests" else "1"
    environment = {**os.environ, "ASAN_OPTIONS": f"detect_leaks={leaks}"}
    command = [sanitized / tests]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout
    assert " 0 passed" not in done.stdout


def quantized(text: str) -> str:
    """The sidecar of a model that takes int8 and makes a picture: every step that the other one
    lacks, and the other filter."""
    sidecar = json.loads(text)
    steps = sidecar["steps"]
    steps[1] |= {"filter": "bicubic", "antialias": False}
    [image], [out] = steps[2]["makes"], steps[3]["makes"]
    by = {"scale": 0.5, "zero_point": 3}
    steps[3]["takes"] = ["q"]
    steps[3:] = [
        {"step": "quantize", "takes": [image], "makes": ["q"], **by, "dtype": "int8"},
        steps[3],
        {"step": "quantize", "takes": [out], "makes": ["p"], **by, "dtype": "uint8"},
        {"step": "dequantize", "takes": ["p"], "makes": ["again"], **by},
        {"step": "to-image", "takes": ["again"], "makes": ["picture"]}
        | {"scale": 127.5, "offset": 128, "layout": "NCHW"},
    ]
    sidecar["runs"] = [4, 4]
    for one in (sidecar, sidecar["model"]):
        one["inputs"][0]["dtype"] = "int8"
        one["outputs"][0]["shape"][1] = 3
    sidecar["model"]["inputs"][0]["name"] = "q"
    return json.dumps(sidecar)


def corpus(folder: Path, fuzzer: str) -> Path:
    """What a reader's fuzzing begins with: every photo of tests, or two sidecars."""
    made = folder / fuzzer
    made.mkdir()
    if fuzzer == "sidecar_fuzz":
        prep = Prep("image", 6, 5, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3), "letterbox")
        text = sidecar_text(artifact(prep))
        (made / "sidecar.json").write_text(text, "utf-8")
        (made / "quantized.json").write_text(quantized(text), "utf-8")
        return made
    for path in HARD.iterdir():
        if path.suffix in (".png", ".jpg") and path.stat().st_size < 20_000:
            shutil.copy(path, made)
    return made


@pytest.mark.parametrize("seconds", few(6, 60))
def test_the_readers_are_fuzzed_without_a_finding(
    sanitized: Path, tmp_path: Path, seconds: int
) -> None:
    """Each so long, all at the same time."""
    fuzzers = sorted(path.stem for path in (APP / "Fuzz").glob("*_fuzz.cpp"))
    assert fuzzers == ["photo_fuzz", "png_fuzz", "sidecar_fuzz"]
    running = {}
    for name in fuzzers:
        options = [f"-max_total_time={seconds}", "-print_final_stats=1", "-max_len=20000"]
        options += ["-timeout=20", f"-artifact_prefix={tmp_path}/{name}-"]
        command = with_own_peak([sanitized / name, *options, corpus(tmp_path, name)])
        log = (tmp_path / f"{name}.log").open("w+b")
        running[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)
    for name, process in running.items():
        code = process.wait(seconds + 120)
        said = (tmp_path / f"{name}.log").read_text("utf-8", "replace")
        assert code == 0, said[-3000:]
        [runs] = [
            line.split()[-1] for line in said.splitlines() if "number_of_executed_units" in line
        ]
        assert int(runs) > 1000, name


def test_a_reader_that_reads_too_far_would_be_found(tmp_path: Path) -> None:
    """The sanitizers are on: a fuzzer of the same options finds a planted error at once."""
    source = tmp_path / "planted.cpp"
    source.write_text(
        "#include <cstddef>\n#include <cstdint>\n#include <vector>\n"
        'extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size) {\n'
        "    std::vector<uint8_t> copy(data, data + size);\n"
        "    return size > 3 && copy.data()[size] == 7 ? 1 : 0;\n}\n"
    )
    flags = ["-fsanitize=address,undefined,fuzzer", "-fno-sanitize-recover=all", "-g"]
    program = tmp_path / "planted"
    subprocess.run(["clang++", *flags, source, "-o", program], check=True, timeout=120)
    done = subprocess.run(
        [program, "-max_total_time=30"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    assert "heap-buffer-overflow" in done.stderr


def test_no_exception_of_cpp_is_caught_in_objective_cpp() -> None:
    """With gcc's Objective-C runtime a catch there catches nothing, and the process ends."""
    sources = [*(APP / "Bridge").glob("*.mm"), *(APP / "Host").glob("*.mm")]
    # Built by Xcode alone, with Apple's runtime.
    sources.remove(APP / "Bridge" / "ImageIOPlatform.mm")
    assert len(sources) > 8
    caught = [path.name for path in sources if "catch (" in path.read_text("utf-8")]
    assert caught == []


def test_core_has_no_header_of_apples_and_no_objective_c() -> None:
    sources = [*(APP / "Core").rglob("*.h"), *(APP / "Core").rglob("*.cpp")]
    assert len(sources) > 40
    for path in sources:
        text = path.read_text("utf-8")
        for word in (
            "#import",
            "Foundation",
            "CoreGraphics",
            "CommonCrypto",
            "__APPLE__",
            "@class",
        ):
            assert word not in text, (path.name, word)


def test_no_constant_of_a_model_stands_in_the_code() -> None:
    """Size, mean, standard deviation and number of classes come from the sidecar."""
    folders = ("Core", "Bridge", "App")
    sources = [p for name in folders for p in (APP / name).rglob("*") if p.is_file()]
    for path in sources:
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.strip().startswith("//"))
        for constant in ("0.485", ".485", "0.229", "400", "aeroplane", "= 21", "(21"):
            assert constant not in text, (path.name, constant)
