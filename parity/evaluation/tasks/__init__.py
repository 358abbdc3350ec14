"""What an evaluation records of an image, by the last step of the model's chain: a file and a line
for each.

A task has three files, in three places, so that a changed heading or a new figure does not run the
images again: here what a record holds, in `onpar.parity.evaluation.summaries` how records are
summed and which figures come of them, and in `onpar.parity.report.page.evaluated` how they are
shown.
"""

from __future__ import annotations

from onpar.parity.evaluation.tasks import classmap, labels, mask
from onpar.parity.evaluation.tasks.classmap import ClassMapSeen
from onpar.parity.evaluation.tasks.labels import LabelsSeen
from onpar.parity.evaluation.tasks.mask import MaskSeen
from onpar.parity.evaluation.tasks.output import Task

TASKS: dict[str, Task] = {
    "argmax": Task("class maps", "masks", ClassMapSeen, classmap.compare, classmap.record_faults),
    "threshold": Task("masks", "masks", MaskSeen, mask.compare, classmap.record_faults, mask.fault),
    "top-k": Task("labels", "labels", LabelsSeen, labels.compare, labels.record_faults),
}
"""By the kind of the last step."""

AnySeen = ClassMapSeen | MaskSeen | LabelsSeen
"""What a record holds of a model, as JSON is read."""
