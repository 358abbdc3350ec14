"""`--max-drop`: whether there is anything that it limits."""

from __future__ import annotations

from onpar.parity.contract.spec import ModelSpec
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.steps.threshold import Threshold
from onpar.pipeline.errors import OnparError

NO_MAP = (
    "shows neither a class map nor a mask, so there is nothing to limit; leave it out, or limit "
    "what many images cost with `onpar evaluate --max-drop`"
)


def shows_no_map(model: ModelSpec) -> bool:
    """Whether what the model shows has no pixels to count."""
    return not isinstance(model.steps[-1], Argmax | Threshold)


def check_limits(max_drop: float | None, model: ModelSpec) -> None:
    """Raises OnparError, before anything runs, for a limit of something that the model does not
    show: it would be taken for a check that passes."""
    if max_drop is not None and shows_no_map(model):
        raise OnparError(f"--max-drop: {model.recipe}: {NO_MAP}")
