"""An input in the dtype that an exported file takes, which may differ from the model's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.pipeline.errors import OnparError


def in_file_dtype(value: NDArray[Any], spec: TensorSpec) -> NDArray[Any]:
    """An input in the dtype of the file's input. Raises OnparError if that dtype cannot hold it."""
    if value.dtype.name == spec.dtype:
        return value
    cast = value.astype(spec.dtype)
    if not np.array_equal(cast, value):
        raise OnparError(
            f"input {spec.name} has values from {value.min()} to {value.max()}, the file takes "
            f"{spec.dtype}, which cannot hold them; give the model smaller numbers"
        )
    return cast
