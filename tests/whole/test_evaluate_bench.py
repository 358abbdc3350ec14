"""An evaluation uses the machine's cores, and its memory does not grow with the images."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_int8_bench import bench


@pytest.mark.slow
def test_1000_images_take_two_workers_less_than_one_and_no_more_memory_than_100(
    tmp_path: Path,
) -> None:
    assert "2 workers are" in bench("evaluate.py", tmp_path)
