"""A Maven whose repository, as the real one's, is spoilt by two that fetch into it at once, and by
a transfer that breaks off."""

from __future__ import annotations

import sys
from pathlib import Path

MAVEN = """#!{python}
import re, sys, time
from pathlib import Path

words = dict(word.split("=", 1) for word in sys.argv if "=" in word)
kept = Path(words["-Dmaven.repo.local"])
try:
    (kept / "busy").mkdir()
except FileExistsError:
    sys.exit("[ERROR] Failed to copy full contents: the file changed while it was copied")
time.sleep(0.5)
pom = Path(sys.argv[sys.argv.index("-f") + 1]).read_text()
runs = Path({runs!r})
runs.write_text(runs.read_text() + "x")
for group, artifact, version, kind in re.findall(
    "<groupId>(.*?)</groupId><artifactId>(.*?)</artifactId><version>(.*?)</version>"
    "<type>(.*?)</type></artifactItem>", pom
):
    name = f"{{artifact}}-{{version}}.{{kind}}"
    path = kept / group.replace(".", "/") / artifact / version / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("half" if len(runs.read_text()) <= {halves} else artifact)
(kept / "busy").rmdir()
"""


def slow_maven(folder: Path, halves: int = 0) -> Path:
    """`mvn` and `javac` in `folder`/bin. Each artifact's content is its name; in the first `halves`
    runs it is another. How many runs there were is the length of the file that is returned."""
    runs = folder / "runs"
    runs.touch()
    (folder / "bin").mkdir()
    text = MAVEN.format(python=sys.executable, runs=str(runs), halves=halves)
    for name in ("mvn", "javac"):
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    return runs
