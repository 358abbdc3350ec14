"""Reads an Xcode project of folder-synchronised groups, and says what is wrong with it.

The format is Apple's and not documented. What a synchronised folder means here was read off
projects that Xcode 16 has written: every file in it belongs to the targets that name it, but for
the target's own exceptions; the exceptions of a target that does not name it are files that it has
all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openstep_parser import OpenStepDecoder

Objects = dict[str, dict[str, Any]]

KNOWN = {
    "PBXBuildFile",
    "PBXContainerItemProxy",
    "PBXFileReference",
    "PBXFileSystemSynchronizedBuildFileExceptionSet",
    "PBXFileSystemSynchronizedRootGroup",
    "PBXFrameworksBuildPhase",
    "PBXGroup",
    "PBXNativeTarget",
    "PBXProject",
    "PBXResourcesBuildPhase",
    "PBXSourcesBuildPhase",
    "PBXTargetDependency",
    "XCBuildConfiguration",
    "XCConfigurationList",
    "XCRemoteSwiftPackageReference",
    "XCSwiftPackageProductDependency",
}
"""Kinds of objects that Xcode 16 knows, of those that a project like this needs."""

SOURCES = {".swift", ".c", ".cpp", ".m", ".mm"}

IDENTIFIER = re.compile("[0-9A-F]{24}")


def read(file: Path) -> dict[str, Any]:
    """A `project.pbxproj`."""
    with file.open(encoding="utf-8") as stream:
        project: dict[str, Any] = OpenStepDecoder.ParseFromFile(stream)
    return project


def problems(project: dict[str, Any], folder: Path) -> list[str]:
    """What is wrong with a project that lies in the folder; empty where nothing is."""
    objects: Objects = project["objects"]
    found = [
        f"{name}: Xcode 16 knows no {one['isa']}"
        for name, one in objects.items()
        if one["isa"] not in KNOWN
    ]
    used = {project["rootObject"]} | {name for one in objects.values() for name in named(one)}
    found += [f"{name}: is named, and is no object" for name in sorted(used - objects.keys())]
    found += [f"{name}: nothing names it" for name in sorted(objects.keys() - used)]
    if found:
        return found
    found += [f"{path}: does not exist" for path in paths(project, folder) if not path.exists()]
    return found + unpinned(objects)


def named(value: object) -> Iterator[str]:
    """The identifiers of objects in a value, however deep."""
    if isinstance(value, str):
        if IDENTIFIER.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from named(key)
            yield from named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)


def group_paths(project: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Where the groups and files of the project's tree lie, by identifier."""
    objects: Objects = project["objects"]
    found: dict[str, Path] = {}

    def walk(name: str, above: Path) -> None:
        one = objects[name]
        if one["sourceTree"] != "<group>":
            return
        found[name] = above / one.get("path", "")
        for child in one.get("children", []):
            walk(child, found[name])

    walk(objects[project["rootObject"]]["mainGroup"], folder)
    return found


def paths(project: dict[str, Any], folder: Path) -> list[Path]:
    """All files and folders that the project names, but for the system's and the build's."""
    objects: Objects = project["objects"]
    tree = group_paths(project, folder)
    found = list(tree.values())
    for name, one in objects.items():
        for exceptions in one.get("exceptions", []):
            members = objects[exceptions]["membershipExceptions"]
            found += [tree[name] / member for member in members]
        if one["isa"] == "XCBuildConfiguration":
            settings = one["buildSettings"]
            for key in ("INFOPLIST_FILE", "SWIFT_OBJC_BRIDGING_HEADER"):
                found += [folder / settings[key]] if key in settings else []
            for value in settings.get("HEADER_SEARCH_PATHS", []):
                if value != "$(inherited)":
                    found.append(Path(value.replace("$(SRCROOT)", str(folder))))
    return found


def unpinned(objects: Objects) -> list[str]:
    """Swift packages that are not of one exact version."""
    return [
        f"{one['repositoryURL']}: has no exact version, but {one['requirement']}"
        for one in objects.values()
        if one["isa"] == "XCRemoteSwiftPackageReference"
        and (
            one["requirement"].get("kind") != "exactVersion"
            or not re.fullmatch(r"\d+\.\d+\.\d+", one["requirement"].get("version", ""))
        )
    ]


def targets(project: dict[str, Any]) -> dict[str, str]:
    """Identifiers of the targets, by name."""
    objects: Objects = project["objects"]
    root = objects[project["rootObject"]]
    return {objects[one]["name"]: one for one in root["targets"]}


def members(project: dict[str, Any], folder: Path, target: str) -> set[Path]:
    """The files of synchronised folders that a target has."""
    objects: Objects = project["objects"]
    identifier = targets(project)[target]
    whole = objects[identifier]["fileSystemSynchronizedGroups"]
    tree = group_paths(project, folder)
    found: set[Path] = set()
    for name, one in objects.items():
        if one["isa"] != "PBXFileSystemSynchronizedRootGroup":
            continue
        excepted = {
            tree[name] / member
            for exceptions in one.get("exceptions", [])
            if objects[exceptions]["target"] == identifier
            for member in objects[exceptions]["membershipExceptions"]
        }
        every = {path for path in tree[name].rglob("*") if path.is_file()}
        found |= every - excepted if name in whole else excepted
    return found


def sources(files: set[Path]) -> set[Path]:
    """Those of the files that are compiled."""
    return {path for path in files if path.suffix in SOURCES}


def settings(project: dict[str, Any], target: str) -> dict[str, dict[str, Any]]:
    """A target's build settings, by the configuration's name."""
    objects: Objects = project["objects"]
    configurations = objects[objects[targets(project)[target]]["buildConfigurationList"]]
    return {
        objects[one]["name"]: objects[one]["buildSettings"]
        for one in configurations["buildConfigurations"]
    }


def packages(project: dict[str, Any]) -> dict[str, str]:
    """Versions of the Swift packages, by address."""
    return {
        one["repositoryURL"]: one["requirement"]["version"]
        for one in project["objects"].values()
        if one["isa"] == "XCRemoteSwiftPackageReference"
    }


def xcconfig(file: Path) -> dict[str, str]:
    """The settings of an `.xcconfig`, without those that it includes."""
    lines = (line.split("//")[0] for line in file.read_text("utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key.strip(): value.strip() for key, value in pairs}
