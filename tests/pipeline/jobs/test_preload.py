"""What takes long to import is imported once for all jobs, and says nothing at the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from onpar.exporters import VARIANTS
from onpar.pipeline.jobs.preload import MODULES, variant_imports

SLOW = """
import os
print("a library greets you", flush=True)
os.write(2, b"this version has not been tested")
with open(os.environ["IMPORTED"], "a") as file:
    file.write(f"{os.getpid()}\\n")
"""

PARENT = """
import sys
from pathlib import Path
from onpar.pipeline.jobs.scheduler import Job, Watch, run_jobs
names = ("slow_to_import", "broken", "absent")
call = "job_samples:imported"
jobs = [Job(str(i), call, {"name": names[0]}, 1, 1, imports=names) for i in range(3)]
for done in run_jobs(jobs, Path(sys.argv[1]), Watch(lambda *_: None, lambda _: None)):
    print(done.result, done.error)
"""


def test_jobs_share_one_import_that_is_silent_and_may_fail(tmp_path: Path) -> None:
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    (tmp_path / "broken.py").write_text("import slow_to_import, os\n1 / 0\n")
    path = os.pathsep.join((str(Path(__file__).parent), str(tmp_path)))
    environment = os.environ | {"PYTHONPATH": path, "IMPORTED": str(tmp_path / "imported")}
    command = [sys.executable, "-c", PARENT, str(tmp_path / "logs")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout == "True \n" * 3, done.stderr
    assert done.stderr == ""
    assert len((tmp_path / "imported").read_text().splitlines()) == 1


def test_a_command_inherits_the_names_and_imports_nothing() -> None:
    """It took 4 s longer where one that had run jobs had started it."""
    code = "import sys, onpar.pipeline.cli.main, onpar.pipeline.jobs.scheduler\n"
    code += "print('torch' in sys.modules)"
    command, environment = [sys.executable, "-c", code], os.environ | {MODULES: "torch"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_variants_name_modules_that_are_there() -> None:
    named = {module for name in VARIANTS for module in variant_imports(name)}
    assert named == {"coremltools", "executorch.exir"}
    assert all(find_spec(module) for module in named)
