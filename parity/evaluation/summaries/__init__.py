"""The figures of an evaluation, by the last step of the model's chain: a file and a line each."""

from __future__ import annotations

from onpar.parity.evaluation.summaries import classmap_figures, labels_figures, mask_figures
from onpar.parity.evaluation.summaries.classmap_figures import ClassMapFigures, ClassMapReference
from onpar.parity.evaluation.summaries.labels_figures import LabelsFigures, LabelsReference
from onpar.parity.evaluation.summaries.mask_figures import MaskFigures, MaskReference
from onpar.parity.evaluation.summaries.summary import Figuring

SUMMARIES: dict[str, Figuring] = {
    "argmax": Figuring(classmap_figures.row, classmap_figures.summary),
    "threshold": Figuring(mask_figures.row, mask_figures.summary),
    "top-k": Figuring(labels_figures.row, labels_figures.summary),
}
"""By the kind of the last step."""

AnyReference = ClassMapReference | MaskReference | LabelsReference
"""The figures of the float reference, and what is needed to show those of artifacts, as JSON is
read."""

AnyFigures = ClassMapFigures | MaskFigures | LabelsFigures
"""The figures of an artifact, as JSON is read."""
