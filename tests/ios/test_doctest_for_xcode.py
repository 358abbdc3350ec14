"""Xcode runs the tests of Core by a small doctest.h of ours; here it is held against doctest."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import xcode_project as xcode
from tools import needs

from onpar.pipeline.paths import ROOT

APP = ROOT / "ios_app"
ADAPTER = APP / "Tests" / "XCTest"
FLAGS = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-pthread"]

RUNNER = r"""
#include <doctest/doctest.h>
#include <cstdio>
int main() {
    for (const doctest::TestCase &test : doctest::test_cases()) {
        bool failed = false;
        doctest::reporter() = [&](const doctest::Failure &failure) {
            failed = true;
            std::fprintf(stderr, "%s:%d: %s\n", failure.file, failure.line, failure.text.c_str());
        };
        doctest::run(test);
        std::printf("%s %s\n", failed ? "FAILED" : "passed", test.name);
    }
}
"""

CASES = r"""
#include <doctest/doctest.h>
#include <stdexcept>
static void bad() { throw std::runtime_error("why"); }
TEST_CASE("holds: comparison") { CHECK(1 + 1 == 2); CHECK_FALSE(1 > 2); REQUIRE(true); }
TEST_CASE("holds: throws") { CHECK_THROWS_AS(bad(), std::runtime_error); }
TEST_CASE("holds: throws a base") { CHECK_THROWS_AS(bad(), std::exception); }
TEST_CASE("holds: message") { CHECK_THROWS_WITH_AS(bad(), "why", std::runtime_error); }
TEST_CASE("holds: no throw") { CHECK_NOTHROW(static_cast<void>(1)); }
TEST_CASE("holds: near") {
    CHECK(0.1 + 0.2 == doctest::Approx(0.3));
    CHECK(0.7500749 == doctest::Approx(0.75).epsilon(0.0001));
}
TEST_CASE("fails: not near") { CHECK(0.30005 == doctest::Approx(0.3)); }
TEST_CASE("fails: not near by epsilon") { CHECK(0.751 == doctest::Approx(0.75).epsilon(0.0001)); }
TEST_CASE("fails: noted") {
    { CAPTURE(1); }
    for (int size : {7, 8}) {
        CAPTURE(size);
        CHECK(size == 7);
    }
}
TEST_CASE("fails: comparison") { CHECK(1 == 2); }
TEST_CASE("fails: false") { CHECK_FALSE(2 > 1); }
TEST_CASE("fails: required") { REQUIRE(false); }
TEST_CASE("fails: throws nothing") { CHECK_THROWS_AS(static_cast<void>(1), std::exception); }
TEST_CASE("fails: throws another") { CHECK_THROWS_AS(bad(), std::logic_error); }
TEST_CASE("fails: message") { CHECK_THROWS_WITH_AS(bad(), "wh", std::runtime_error); }
TEST_CASE("fails: message of another") { CHECK_THROWS_WITH_AS(bad(), "why", std::logic_error); }
TEST_CASE("fails: throws") { CHECK_NOTHROW(bad()); }
TEST_CASE("fails: thrown by itself") { bad(); }
TEST_CASE("fails: thrown by itself, no exception") { throw 1; }
"""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, timeout=600)


@pytest.fixture
def clang() -> str:
    return needs("clang++", "make system")


def outcomes(clang: str, folder: Path, *sources: Path) -> dict[str, str]:
    """What became of each test, by the adapter."""
    (folder / "runner.cpp").write_text(RUNNER)
    program = folder / "adapted"
    built = run(
        clang, *FLAGS, "-I", ADAPTER, folder / "runner.cpp", *sources, "-o", program, "-lz",
        *(f"-l{name}" for name in ("crypto", "jpeg", "png", "lcms2")),
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    ended = run(program)
    assert ended.returncode == 0, ended.stderr
    (folder / "said").write_text(ended.stderr)
    lines = ended.stdout.splitlines()
    return {name: word for word, name in (line.split(" ", 1) for line in lines)}


def test_checks_fail_where_doctests_do(clang: str, tmp_path: Path) -> None:
    cases = tmp_path / "cases.cpp"
    cases.write_text(CASES)
    adapted = outcomes(clang, tmp_path, cases)
    assert adapted == {
        name: "passed" if name.startswith("holds") else "FAILED"
        for name in re.findall(r'TEST_CASE\("(.+?)"\)', CASES)
    }
    assert "CHECK(size == 7), size := 8\n" in (tmp_path / "said").read_text()
    # And doctest itself, where it is.
    main = tmp_path / "main.cpp"
    main.write_text("#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN\n#include <doctest/doctest.h>\n")
    program = tmp_path / "real"
    built = run(clang, "-std=c++17", main, cases, "-o", program)
    assert built.returncode == 0, built.stderr
    for name, outcome in adapted.items():
        one = run(program, f"--test-case={name.replace(',', chr(92) + ',')}")
        assert (one.returncode == 0) == (outcome == "passed"), name


@pytest.mark.slow
def test_the_tests_of_core_pass_with_the_files_that_xcodes_target_has(
    clang: str, tmp_path: Path
) -> None:
    project = xcode.read(APP / "onpar.xcodeproj" / "project.pbxproj")
    members = xcode.sources(xcode.members(project, APP, "onparTests"))
    files = sorted(path for path in members if path.suffix == ".cpp")
    # In place of ImageIOPlatform.mm, which the target has.
    assert APP / "Bridge" / "ImageIOPlatform.mm" in members
    files += sorted((APP / "Host" / "linux").glob("*.cpp"))
    names = [
        name
        for path in files
        for name in re.findall(r'^TEST_CASE\("(.+?)"\)', path.read_text("utf-8"), re.MULTILINE)
    ]
    assert names
    assert outcomes(clang, tmp_path, *files) == dict.fromkeys(names, "passed")
