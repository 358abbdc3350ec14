"""Each test here is of both apps' code: what one says of a photo, the other says too."""

from __future__ import annotations

import os

import pytest
from builds import Built
from hosts import Host

from onpar.pipeline.targets import android_host, ios_host


@pytest.fixture(scope="session", params=["android-host", "ios-host"])
def host(
    request: pytest.FixtureRequest,
    android_built: Built,
    ios_built: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> Host:
    """Its command line, and a folder for what is handed over to it."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "ios-host":
        ios_built.check()
        batch = str(ios_host.HOST.with_name("batch"))
        return Host("ios-host", (str(ios_host.HOST),), ios_host.PREFIX, (batch,), folder)
    android_built.check()
    jar = android_host.JAR
    path = os.pathsep.join([str(jar.parent / "test-classes"), str(jar)])
    jobs = ("java", "-cp", path, "org.onpar.host.Batch")
    command = ("java", "-jar", str(jar))
    return Host("android-host", command, android_host.PREFIX, jobs, folder)
