"""The tables of labels."""

from __future__ import annotations

from onpar.parity.evaluation.evaluation import Evaluation, Figures
from onpar.parity.evaluation.spread import Worst
from onpar.parity.evaluation.summaries.labels_figures import (
    LabelsFigures,
    LabelsReference,
    LabelsTruth,
)
from onpar.parity.report import figures
from onpar.parity.report.page.evaluated.tables import (
    FLOAT,
    Cell,
    Table,
    artifact,
    headings,
    interval,
    points,
    snr,
)


def agrees(done: Evaluation) -> str:
    """On how many images the first label is float's, in a sentence."""
    found = sorted(_labels(one).same for one in done.artifacts)
    images = f"{done.images:,} image{'s' * (done.images != 1)}"
    if len(found) == 1:
        return f"{done.artifacts[0].variant} shows float's first label on {found[0]:,} of {images}"
    between = f"{found[0]:,}" if found[0] == found[-1] else f"{found[0]:,} to {found[-1]:,}"
    return f"{len(found)} artifacts show float's first label on {between} of {images}"


def caption(worst: Worst) -> str:
    """What is said of an image."""
    return f"float scores its first label {worst.figure:.3g} above the artifact's"


def lowest(one: Figures) -> str:
    """What is said of the worst images together."""
    seen = _labels(one)
    others = seen.images - seen.same
    return f"another first label on {others:,} of {seen.images:,} image{'s' * (seen.images != 1)}"


def label_tables(done: Evaluation) -> tuple[Table, ...]:
    """Against float, and against the true labels if they are known."""
    reference = done.reference
    assert isinstance(reference, LabelsReference)
    note = (
        "Same first label is the share of the images, with Wilson's 95 % interval. Largest |Δ| is "
        "of any score of any image, in the unit of the network's output; SNR is the mean over the "
        f"images. A run is the median on one thread of {done.device}, of the float reference "
        f"{figures.milliseconds(done.milliseconds)}."
    )
    names = ("Artifact", "Same first label", "95 % interval", "Largest |Δ|", "SNR", "A run")
    rows = tuple(_row(one, _labels(one)) for one in done.artifacts)
    tables = [Table("Against the float reference", headings(*names), rows, note)]
    if reference.truth:
        truths = [(artifact(one), _labels(one).truth) for one in done.artifacts]
        known = [(FLOAT, reference.truth), *((name, one) for name, one in truths if one)]
        k = reference.k
        more = reference.truth.top_k is not None
        top_k = (f"Top-{k}",) if more else ()
        names = ("Model", "Top-1", *top_k, "Drop, points", "95 % interval")
        among = f", top-{k} of those with it among the first {k}" if more else ""
        note = (
            f"Top-1 is the share of the images whose first label is the true one{among}. The drop "
            "is that of top-1. Its interval is the bootstrap's, of the same images for both models."
        )
        rows = tuple(_truth_row(name, one) for name, one in known)
        tables.append(Table("Against the labels", headings(*names), rows, note))
    return tuple(tables)


def _row(one: Figures, seen: LabelsFigures) -> tuple[Cell, ...]:
    low, high = seen.agreement_interval
    return (
        artifact(one),
        Cell(figures.share(seen.agreement), f"{seen.same:,} of {seen.images:,}"),
        Cell(f"{low:.2%} to {high:.2%}"),
        Cell(figures.magnitude(one.max_abs)),
        snr(one),
        Cell(figures.milliseconds(one.milliseconds)),
    )


def _truth_row(name: Cell, truth: LabelsTruth) -> tuple[Cell, ...]:
    more = () if truth.top_k is None else (Cell(f"{truth.top_k:.2%}"),)
    return (
        name,
        Cell(f"{truth.top1:.2%}"),
        *more,
        Cell(points(truth.drop)),
        Cell(interval(truth.drop_interval)),
    )


def _labels(one: Figures) -> LabelsFigures:
    assert isinstance(one.seen, LabelsFigures)
    return one.seen
