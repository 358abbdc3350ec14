"""No Xcode can run here; what can be known of its project without it: all that it names is there,
every source is built, and versions are the ones that are stated."""

from __future__ import annotations

import json
import plistlib
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import xcode_project as xcode
from pbxproj import XcodeProject

from onpar.pipeline.paths import ROOT

APP = ROOT / "ios_app"
FILE = APP / "onpar.xcodeproj" / "project.pbxproj"
PROJECT = xcode.read(FILE)
CONFIG = APP / "Config" / "onpar.xcconfig"
VERSIONS = json.loads((APP / "versions.json").read_text("utf-8"))

MAIN = "010000000000000000000001"
"""The app's target."""


def test_all_that_the_project_names_is_there() -> None:
    assert xcode.problems(PROJECT, APP) == []


def test_a_project_is_written_by_pbxproj_as_it_was_read(tmp_path: Path) -> None:
    copy = tmp_path / "project.pbxproj"
    XcodeProject.load(str(FILE)).save(str(copy))
    assert xcode.read(copy) == PROJECT
    # Xcode writes synchronised folders from this version on.
    assert PROJECT["objectVersion"] == "77"


def broken_reference(objects: xcode.Objects) -> None:
    objects[MAIN]["fileSystemSynchronizedGroups"].append("0D00000000000000000000FF")


def unknown_kind(objects: xcode.Objects) -> None:
    objects["0D0000000000000000000013"]["isa"] = "PBXFileSystemSyncedGroup"


def folder_gone(objects: xcode.Objects) -> None:
    objects["0D0000000000000000000013"]["path"] = "Kern"


def exception_gone(objects: xcode.Objects) -> None:
    objects["0D0000000000000000000002"]["membershipExceptions"] = ["sha512.cpp"]


def header_gone(objects: xcode.Objects) -> None:
    settings = objects["040000000000000000000003"]["buildSettings"]
    settings["SWIFT_OBJC_BRIDGING_HEADER"] = "App/Bridging.h"


def object_left_over(objects: xcode.Objects) -> None:
    objects[MAIN]["packageProductDependencies"] = []
    objects["020000000000000000000002"]["files"].pop(0)


def package_unpinned(objects: xcode.Objects) -> None:
    objects["0E0000000000000000000003"]["requirement"]["kind"] = "upToNextMajorVersion"


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (broken_reference, "0D00000000000000000000FF: is named, and is no object"),
        (unknown_kind, "Xcode 16 knows no PBXFileSystemSyncedGroup"),
        (folder_gone, "Kern: does not exist"),
        (exception_gone, "sha512.cpp: does not exist"),
        (header_gone, "Bridging.h: does not exist"),
        (object_left_over, "0A0000000000000000000008: nothing names it"),
        (package_unpinned, "nlohmann/json: has no exact version"),
    ],
)
def test_a_damaged_project_is_noticed(
    damage: Callable[[xcode.Objects], None], expected: str
) -> None:
    project = deepcopy(PROJECT)
    damage(project["objects"])
    assert any(expected in problem for problem in xcode.problems(project, APP))


def in_no_target(project: dict[str, Any]) -> set[Path]:
    every: set[Path] = set()
    for name in ("App", "Bridge", "Core", "Tests"):
        every |= set((APP / name).rglob("*"))
    built = xcode.members(project, APP, "onpar") | xcode.members(project, APP, "onparTests")
    return xcode.sources(every) - built


def test_every_source_is_in_a_target() -> None:
    assert in_no_target(PROJECT) == set()


def test_a_source_in_no_target_is_noticed() -> None:
    project = deepcopy(PROJECT)
    exceptions = project["objects"]["0D0000000000000000000001"]["membershipExceptions"]
    exceptions.append("Logic/Screen.swift")
    assert in_no_target(project) == {APP / "App" / "Logic" / "Screen.swift"}
    project = deepcopy(PROJECT)
    project["objects"][MAIN]["fileSystemSynchronizedGroups"].remove("0D0000000000000000000012")
    missing = {path.name for path in in_no_target(project)}
    assert "ONPSession.mm" in missing
    assert "sha256.cpp" not in missing, "the tests have it"


def test_what_is_linuxs_alone_is_in_no_target() -> None:
    # That it is there is what makes its absence mean something.
    assert (APP / "Host").is_dir()
    for target in ("onpar", "onparTests"):
        folders = {path.relative_to(APP).parts[0] for path in xcode.members(PROJECT, APP, target)}
        assert folders <= {"App", "Bridge", "Core", "Tests"}
    assert not any("Tests" in path.parts for path in xcode.members(PROJECT, APP, "onpar"))


def test_no_two_swift_files_of_a_target_have_one_name() -> None:
    for target in ("onpar", "onparTests"):
        names = [
            path.name for path in xcode.members(PROJECT, APP, target) if path.suffix == ".swift"
        ]
        assert len(names) == len(set(names)) > 0


def test_the_shared_scheme_builds_runs_and_tests_the_projects_targets() -> None:
    [scheme] = (FILE.parent / "xcshareddata" / "xcschemes").glob("*.xcscheme")
    assert scheme.stem == "onpar"
    root = ElementTree.parse(scheme).getroot()
    objects = PROJECT["objects"]
    found = list(root.iter("BuildableReference"))
    for one in found:
        target = objects[xcode.targets(PROJECT)[one.attrib["BlueprintName"]]]
        assert objects[one.attrib["BlueprintIdentifier"]] is target
        assert objects[target["productReference"]]["path"] == one.attrib["BuildableName"]
        assert one.attrib["ReferencedContainer"] == f"container:{FILE.parent.name}"
    tested = root.findall("TestAction//BuildableReference")
    assert [one.attrib["BlueprintName"] for one in tested] == ["onparTests"]
    assert root.find("LaunchAction//BuildableReference") in found


def test_cpp_is_built_as_on_linux() -> None:
    config = xcode.xcconfig(CONFIG)
    assert config["CLANG_CXX_LANGUAGE_STANDARD"] == "c++17"
    assert config["CLANG_ENABLE_OBJC_ARC"] == "NO"
    assert config["GCC_TREAT_WARNINGS_AS_ERRORS"] == "YES"
    assert "-ffp-contract=off" in config["OTHER_CPLUSPLUSFLAGS"].split()
    assert {"-Wall", "-Wextra"} <= set(config["WARNING_CFLAGS"].split())
    # What every configuration begins with, and none overrides.
    objects = PROJECT["objects"]
    for one in objects.values():
        if one["isa"] == "XCBuildConfiguration":
            assert not config.keys() & one["buildSettings"].keys()
    root = objects[objects[PROJECT["rootObject"]]["buildConfigurationList"]]
    bases = {objects[one]["baseConfigurationReference"] for one in root["buildConfigurations"]}
    assert {objects[one]["path"] for one in bases} == {CONFIG.name}


def test_libtorch_is_left_out_but_for_the_podfile() -> None:
    config = xcode.xcconfig(CONFIG)
    assert config["ONPAR_LIBTORCH"] == "0"
    left_out = {path.name for path in (APP / "Bridge").glob("LibTorch*.mm")}
    assert set(config["ONPAR_LEFT_OUT_0"].split()) == left_out
    assert config["ONPAR_LEFT_OUT_1"] == ""
    podfile = (APP / "Podfile").read_text("utf-8")
    assert "config.attributes['ONPAR_LIBTORCH'] = '1'" in podfile
    assert f"target '{'onpar'}' do" in podfile


def test_the_app_is_described_as_the_cable_expects_it() -> None:
    info = plistlib.loads((APP / "App" / "Info.plist").read_bytes())
    assert info["CFBundleDisplayName"] == "onpar"
    # Files and Finder, through which models come in and captures out.
    assert info["UIFileSharingEnabled"] is True
    assert info["LSSupportsOpeningDocumentsInPlace"] is True
    assert "UILaunchScreen" in info
    assert "UIMainStoryboardFile" not in info
    [scene] = info["UIApplicationSceneManifest"]["UISceneConfigurations"][
        "UIWindowSceneSessionRoleApplication"
    ]
    delegate = scene["UISceneDelegateClassName"].removeprefix("$(PRODUCT_MODULE_NAME).")
    launch = (APP / "App" / "Launch" / f"{delegate}.swift").read_text("utf-8")
    assert f"final class {delegate}: UIResponder, UIWindowSceneDelegate" in launch
    for one in xcode.settings(PROJECT, "onpar").values():
        assert one["PRODUCT_BUNDLE_IDENTIFIER"] == "org.onpar.app"
        assert one["PRODUCT_NAME"] == "$(TARGET_NAME)"


def test_the_folders_that_the_app_looks_for_are_copied_into_it() -> None:
    code = (APP / "App" / "Launch" / "FoldersOfApp.swift").read_text("utf-8")
    wanted = re.findall(r'forResource: "([^"]+)", withExtension: nil', code)
    objects = PROJECT["objects"]
    [phase] = (
        objects[one]
        for one in objects[MAIN]["buildPhases"]
        if objects[one]["isa"] == "PBXResourcesBuildPhase"
    )
    copied = [objects[objects[one]["fileRef"]] for one in phase["files"]]
    assert {Path(one["path"]).name for one in copied} == set(wanted)
    # A group would lose the folder, and all files would lie side by side.
    assert {one["lastKnownFileType"] for one in copied} == {"folder"}


def test_versions_are_stated_once_and_used_everywhere() -> None:
    runtimes = VERSIONS["runtimes"]
    libraries = [runtimes["onnxruntime"], *VERSIONS["libraries"].values()]
    assert xcode.packages(PROJECT) == {one["from"]: one["version"] for one in libraries}
    podfile = (APP / "Podfile").read_text("utf-8")
    [pod] = re.findall(r"^ +pod '(.+)', '(.+)'$", podfile, re.MULTILINE)
    assert pod == (runtimes["libtorch"]["from"], runtimes["libtorch"]["version"])
    assert f"platform :ios, '{VERSIONS['ios']}'" in podfile
    assert xcode.xcconfig(CONFIG)["IPHONEOS_DEPLOYMENT_TARGET"] == VERSIONS["ios"]


def test_the_page_has_the_versions_that_are_stated() -> None:
    page = (ROOT / "docs" / "ios.md").read_text("utf-8")
    rows = {
        cells[0].strip(): [cell.strip() for cell in cells[1:]]
        for line in page.splitlines()
        if line.startswith("| `") and len(cells := line.strip("| ").split(" | ")) == 4
    }
    for name, one in VERSIONS["runtimes"].items():
        assert rows[f"`{name}`"] == [
            f"{one['from'].rsplit('/', 1)[-1]} {one['version']}",
            one["published"],
            one["in_the_app"],
        ]
    for one in VERSIONS["libraries"].values():
        assert f"{one['from'].rsplit('/', 1)[-1]} {one['version']}" in page
    assert f"iOS {VERSIONS['ios']}" in page
