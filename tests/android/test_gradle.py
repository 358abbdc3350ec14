"""Gradle cannot run here; what can be known of its files without it: they say what Maven's say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jvm import APP
from test_versions import CATALOG, GRADLES_LIBRARIES, GRADLES_VERSIONS, MAVEN

from onpar.pipeline.apps.android.apk_contents import UNCOMPRESSED_SUFFIXES
from onpar.pipeline.paths import ROOT, Build

SETTINGS = (APP / "settings.gradle.kts").read_text("utf-8")
MODULES = [name.replace(":", "/") for name in re.findall(r'include\(":([^"]+)"\)', SETTINGS)]
SCRIPTS = {path: path.read_text("utf-8") for path in sorted(APP.glob("**/*.gradle.kts"))}
APPS = SCRIPTS[APP / "app" / "build.gradle.kts"]

MAVENS = {"host", "apk", "robolectric"}
"""Modules that Android Studio has no use for: the command line, `make android`, and tests."""


def accessors(alias: str) -> str:
    """How a script names an entry of the catalog."""
    return alias.replace("-", ".")


def test_gradle_has_the_modules_of_maven_that_make_the_app() -> None:
    pom = ElementTree.parse(APP / "pom.xml")
    mavens = {one.text for one in pom.iterfind("modules/module", MAVEN)}
    assert set(MODULES) == mavens - MAVENS
    for module in MODULES:
        assert (APP / module / "build.gradle.kts") in SCRIPTS
        # Both build the same sources, as neither names a folder of its own.
        assert (APP / module / "src" / "main" / "java").is_dir()
        assert "srcDir" not in SCRIPTS[APP / module / "build.gradle.kts"]
    assert set(SCRIPTS) == {
        APP / "settings.gradle.kts",
        APP / "build.gradle.kts",
        *(APP / module / "build.gradle.kts" for module in MODULES),
    }


def test_scripts_take_versions_from_the_catalog_only() -> None:
    known = {accessors(alias) for alias in CATALOG["libraries"]}
    known |= {f"versions.{alias}.get" for alias in CATALOG["versions"]}
    plugins = tomllib.loads((APP / "gradle" / "libs.versions.toml").read_text("utf-8"))["plugins"]
    known |= {f"plugins.{accessors(alias)}" for alias in plugins}
    for path, text in SCRIPTS.items():
        used = set(re.findall(r"\blibs\.([A-Za-z0-9.]+)", text))
        assert used <= known, path
        assert not re.search(r'"[\w.-]+:[\w.-]+:[^"]+"', text), path
        assert not re.search(r"https?://", text), path
    for name in GRADLES_VERSIONS - {"agp", "gradle"}:
        assert f"libs.versions.{name}.get()" in APPS
    for name in GRADLES_LIBRARIES:
        assert f"libs.{accessors(name)}" in APPS


def test_artifacts_come_from_google_and_maven_central() -> None:
    for block in re.findall(r"repositories \{(.*?)\}", SETTINGS, flags=re.S):
        assert block.split() == ["google()", "mavenCentral()"]
    assert SETTINGS.count("repositories {") == 2
    for path in set(SCRIPTS) - {APP / "settings.gradle.kts"}:
        assert "repositories" not in SCRIPTS[path]


@pytest.mark.parametrize("module", [m for m in MODULES if m != "app"])
def test_a_module_needs_the_same_of_both(module: str) -> None:
    by_module = {one["module"]: alias for alias, one in CATALOG["libraries"].items()}
    pom = ElementTree.parse(APP / module / "pom.xml")
    mavens = set()
    for one in pom.iterfind("dependencies/dependency", MAVEN):
        group, name = (one.findtext(tag, "", MAVEN) for tag in ("groupId", "artifactId"))
        own = name.removeprefix("onpar-")
        mavens.add(own if group == "org.onpar" else accessors(by_module[f"{group}:{name}"]))
    text = SCRIPTS[APP / module / "build.gradle.kts"]
    gradles = set(re.findall(r"\(libs\.([\w.]+)\)", text)) | set(re.findall(r'":(\w+)"', text))
    assert gradles == mavens
    assert "options.release = 8" in text


def test_the_app_is_called_the_same_and_is_for_the_same_androids() -> None:
    assert 'namespace = "org.onpar.app"' in APPS and 'applicationId = "org.onpar.app"' in APPS
    pom = (APP / "app" / "pom.xml").read_text("utf-8")
    assert "package=&quot;org.onpar.app&quot;" in pom
    number = re.search(r"--version-code (\S+) --version-name (\S+)", pom)
    assert number and f"versionCode = {number[1]}" in APPS
    assert f'versionName = "{number[2]}"' in APPS
    for name in ("minSdk", "targetSdk"):
        assert f"{name} = libs.versions.{name}.get().toInt()" in APPS
        assert f"${{{name}.version}}" in pom
    assert int(CATALOG["versions"]["compileSdk"]) >= int(CATALOG["versions"]["targetSdk"])


def test_the_assets_are_the_folder_that_make_android_fills() -> None:
    [folder] = re.findall(r'assets\.directories\.add\("([^"]+)"\)', APPS)
    assert (APP / "app" / folder).resolve() == (Build(ROOT / "build").android / "assets").resolve()
    [models] = re.findall(r'rootDir\.resolve\("([^"]+)"\)', APPS)
    assert (APP / models).resolve() == (APP / "app" / folder / "models").resolve()


def test_models_are_stored_by_both() -> None:
    [suffixes] = re.findall(r"noCompress \+= listOf\(([^)]+)\)", APPS)
    stored = {f".{one}" for one in re.findall(r'"(\w+)"', suffixes)}
    assert stored <= set(UNCOMPRESSED_SUFFIXES) and {".pt", ".onnx"} <= stored


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(APP)))
def test_a_script_closes_what_it_opens(path: Path) -> None:
    text = re.sub(r'"[^"\n]*"|//.*', "", SCRIPTS[path])
    for opening, closing in ("{}", "()", "[]"):
        assert text.count(opening) == text.count(closing)
