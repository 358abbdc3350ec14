"""The scripts in .ci are clean to shellcheck."""

import subprocess

from tools import needs

from onpar.pipeline.paths import ROOT


def test_every_script_is_clean_to_shellcheck() -> None:
    scripts = sorted(str(path) for path in (ROOT / ".ci").iterdir())
    assert len(scripts) > 5
    # SC2016 takes what apt and a shell inside of another expand for a mistake.
    command = [needs("shellcheck", "make system"), "--exclude=SC2016", *scripts]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
