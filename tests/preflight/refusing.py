"""A file that preflight refuses, in one sentence and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from onpar.pipeline.errors import OnparError
from onpar.pipeline.preflight.read import read

SECONDS = 5.0
"""What the worst of these files may take on a busy machine; most take milliseconds."""


def refused(path: Path) -> str:
    started = time.process_time()
    with pytest.raises(OnparError) as caught:
        read(path)
    assert time.process_time() - started < SECONDS
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert path.name in sentence
    return sentence
