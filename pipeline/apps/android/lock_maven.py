"""`make android-lock`: lock the checksums of the files that Maven fetches, or check them."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from pathlib import Path

from onpar.parity.files.atomic import write_text
from onpar.pipeline.apps.android.maven import building_alone, maven
from onpar.pipeline.apps.android.maven_lock import LOCK, PARTS, archives, fetch, locked
from onpar.pipeline.apps.android.onnxruntime_android import get
from onpar.pipeline.build_folder.build_lock import build_lock
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.jobs.display import display
from onpar.pipeline.paths import Build


def write_lock(build: Build) -> int:
    """Build all of `android_app` in an empty local repository, fetch ONNX Runtime's archive if it
    is available, and lock every file that Maven fetched. Gives their number.

    Raises OnparError if the build fails.
    """
    kept = build.android / "lock-repository"
    shutil.rmtree(kept, ignore_errors=True)
    # A failing test has fetched what the tests need; this command does not judge it.
    words = ("package", "-Dmaven.test.failure.ignore=true")
    text, files = "", dict[str, str]()
    for part, modules in zip(PARTS, (("-pl", "apk", "-am"), ()), strict=True):
        log = build.logs / "maven-lock.log"
        with building_alone():
            maven(*words, *modules, kept=kept, log=log, online=True)
        if not modules:
            with suppress(OnparError):
                get(kept, build)
        new = sorted(archives(kept) - files.keys())
        files |= {name: file_digest(kept / name) for name in new}
        text += part + "\n" + "".join(f"{files[name]}  {name}\n" for name in new)
    write_text(LOCK, text)
    shutil.rmtree(kept)
    return len(files)


def main() -> None:
    """`python -m onpar.pipeline.apps.android.lock_maven`: lock again; with `--check`, fetch and
    check."""
    build = Build(Path("build"))
    try:
        with build_lock(build.root):
            if sys.argv[1:] == ["--check"]:
                with display() as watch:
                    fetch(build, watch, parts=len(PARTS))
                print(f"{len(locked())} files are those of {LOCK}")
            else:
                print(f"{write_lock(build)} files locked in {LOCK}")
    except OnparError as error:
        sys.exit(f"onpar: {error}")


if __name__ == "__main__":
    main()
