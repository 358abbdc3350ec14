"""Gradle's catalog is the one place of versions; Maven's build reads the same ones."""

from __future__ import annotations

import tomllib
from xml.etree import ElementTree

import pytest
from jvm import APP

CATALOG = tomllib.loads((APP / "gradle" / "libs.versions.toml").read_text("utf-8"))
MAVEN = {"": "http://maven.apache.org/POM/4.0.0"}

GRADLES_VERSIONS = {"agp", "gradle", "compileSdk"}
GRADLES_LIBRARIES = {"onnxruntime-android"}
"""What only Gradle reads of the catalog: Maven cannot have it, or takes it otherwise."""

POMS = sorted(APP.glob("**/pom.xml"))


def test_maven_has_every_version_of_the_catalog_and_no_other() -> None:
    properties = ElementTree.parse(APP / "pom.xml").find("properties", MAVEN)
    assert properties is not None
    found = {
        one.tag.partition("}")[2].removesuffix(".version"): one.text
        for one in properties
        if one.tag.endswith(".version")
    }
    versions = CATALOG["versions"].items()
    assert found == {name: number for name, number in versions if name not in GRADLES_VERSIONS}


def test_maven_has_every_library_of_the_catalog_by_its_version() -> None:
    managed = ElementTree.parse(APP / "pom.xml").findall(
        "dependencyManagement/dependencies/dependency", MAVEN
    )
    found = {
        f"{one.findtext('groupId', '', MAVEN)}:{one.findtext('artifactId', '', MAVEN)}": (
            one.findtext("version", "", MAVEN)
        )
        for one in managed
    }
    assert found == {
        one["module"]: f"${{{one['version']['ref']}.version}}"
        for alias, one in CATALOG["libraries"].items()
        if alias not in GRADLES_LIBRARIES
    }


@pytest.mark.parametrize("pom", POMS, ids=lambda pom: str(pom.relative_to(APP)))
def test_a_module_states_no_version_of_its_own_and_no_registry(pom: object) -> None:
    root = ElementTree.parse(str(pom)).getroot()
    assert root.find("repositories", MAVEN) is None
    if pom != APP / "pom.xml":
        for one in root.findall("dependencies/dependency", MAVEN):
            assert one.findtext("version", None, MAVEN) in (None, "${project.version}")
