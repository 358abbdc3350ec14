"""Settings under which eager PyTorch is honest float32 too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch

Setting = Callable[[], AbstractContextManager[Any]]


def without_onednn() -> AbstractContextManager[Any]:
    flags: AbstractContextManager[Any] = torch.backends.mkldnn.flags(enabled=False)
    return flags
