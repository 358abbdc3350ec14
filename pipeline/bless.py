"""The only way to change the committed goldens; the reason is recorded with them."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import version

from onpar.parity.contract.spec import RecipeOptions
from onpar.parity.files.atomic import whole_file, write_text
from onpar.pipeline.build_folder.keys import file_digest
from onpar.pipeline.errors import OnparError
from onpar.pipeline.export.artifacts import export_weights
from onpar.pipeline.golden.goldens import golden
from onpar.pipeline.host import now
from onpar.pipeline.jobs.scheduler import Watch
from onpar.pipeline.paths import CHECKOUT, COMMITTED_GOLDENS, Build
from onpar.pipeline.weights.choice import Choice

COMMITTED_CHOICES = (
    Choice(RecipeOptions("deeplabv3_mobilenet_v3_large", 96, 160), "demo", "demo", offline=True),
)
"""The committed goldens: small, and not square, so that swapped sides show."""

HISTORY = COMMITTED_GOLDENS / "BLESSED.md"


def bless(reason: str, build: Build, watch: Watch) -> Iterator[str]:
    """Compute the committed goldens again, replace them, and add a line to BLESSED.md.

    Gives what it did, line by line. Raises OnparError if the reason is empty.
    """
    if not CHECKOUT:
        raise OnparError("only a checkout of onpar has committed goldens: clone its repository")
    if not reason.strip():
        raise OnparError('a golden changes only for a reason: make bless REASON="…"')
    digests = []
    for choice in COMMITTED_CHOICES:
        recipe, weights = export_weights(choice, build, watch)
        for path in golden(recipe, choice, weights, build, watch).paths:
            committed = COMMITTED_GOLDENS / choice.name / path.name
            with whole_file(committed) as temporary:
                shutil.copyfile(path, temporary)
            digests.append(f"{path.stem} {file_digest(committed)[:12]}")
            yield f"blessed {committed}"
    lines = HISTORY.read_text(encoding="utf-8") if HISTORY.exists() else _HEADER
    made_by = f"torch {version('torch')}, {platform.machine()}"
    entry = f"- {now()}: {' '.join(reason.split())} ({made_by}; {', '.join(digests)})\n"
    write_text(HISTORY, lines + entry)
    yield f"kept the reason in {HISTORY}"


_HEADER = """# Why the committed goldens are what they are

Written by `make bless REASON="…"`, the only way to change them.

"""
