"""ExecuTorch `.pte` that delegates the whole model to Core ML, as a package."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path

import coremltools as ct
from coremltools.proto import Model_pb2
from executorch.backends.apple.coreml.compiler.coreml_preprocess import CoreMLBackend
from executorch.backends.apple.coreml.partition.coreml_partitioner import CoreMLPartitioner

from onpar.exporters import Source
from onpar.exporters.coreml import PRECISIONS, named_parts, program_bytes, refuse_small_integers
from onpar.exporters.errors import ExportError, first_line, left_out
from onpar.exporters.graphs.exported import exported
from onpar.exporters.lowering import inmemoryfs
from onpar.exporters.lowering.program import write
from onpar.exporters.program import Written

TARGET = ct.target.iOS16
"""The first system that ExecuTorch's Core ML delegate runs on (its documentation's target
requirements)."""

ROOT = "lowered_module"
"""The name of the delegate's folder."""

PACKAGE = "model.mlpackage/"
PROGRAM = PACKAGE + "Data/com.apple.CoreML/model.mlmodel"
WEIGHTS = PACKAGE + "Data/com.apple.CoreML/weights/weight.bin"
MANIFEST = PACKAGE + "Manifest.json"
METADATA = "metadata.json"


def export(source: Source, path: Path) -> Written:
    """Write one file that includes the weights; inputs and outputs are in the recipe's order.

    Raises ExportError if an input has 8 bits; if Core ML does not take every operator, because
    operators that fall back would run between two programs, which nothing here can judge; if the
    conversion computes something else; and as `write` does.
    """
    refuse_small_integers(source, "pte_coreml")
    specs = CoreMLBackend.generate_compile_specs(
        minimum_deployment_target=TARGET, compute_precision=PRECISIONS[source.precision]
    )
    partitioner = CoreMLPartitioner(compile_specs=specs, lower_full_graph=True)
    program = exported(source)
    try:
        names = write(program, [partitioner], path, "pte_coreml", settled)
    except NotImplementedError as error:
        reason = first_line(error).partition(",")[0]
        raise ExportError(
            f"Core ML does not take the whole model ({reason}); change the model, or leave this "
            f"format out: {left_out('pte_coreml')}"
        ) from error
    fault = source.check(path, source.module, None).fault if source.check else ""
    if fault:
        raise ExportError(
            f"coremltools {ct.__version__} converts the model to one that computes something else: "
            f"{fault}; change the model, or leave this format out: {left_out('pte_coreml')}"
        )
    return Written(names)


def settled(blob: bytes) -> bytes:
    """The delegate's folder without dates and random names, so that two exports are equal files.

    The identifier, by which a phone caches the compiled model, is made from the program and its
    weights. The map from operations to the model's source is left out.
    """
    files = inmemoryfs.read(blob)
    spec = Model_pb2.Model()
    spec.ParseFromString(files[PROGRAM])
    program = program_bytes(spec)
    made_of = hashlib.sha256(program + hashlib.sha256(files.get(WEIGHTS, b"")).digest())
    metadata = json.loads(files[METADATA])
    metadata["identifier"] = f"executorch_{uuid.uuid5(uuid.NAMESPACE_OID, made_of.hexdigest())}"
    kept = {
        METADATA: json.dumps(metadata).encode(),
        MANIFEST: named_parts(files[MANIFEST].decode()).encode(),
        PROGRAM: program,
    }
    if WEIGHTS in files:
        kept[WEIGHTS] = files[WEIGHTS]
    return inmemoryfs.written(kept, ROOT)
