"""Makes rows for the report tests: real photos, a linear model, real files, the real judge."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from preps import Prep, prep_of
from samples import PROBE, photo_case

from onpar.parity.contract.capture import (
    Capture,
    CaptureError,
    CaptureInfo,
    digest,
    read_capture,
    write_capture,
)
from onpar.parity.contract.chain import steps_inside
from onpar.parity.contract.chains import class_map
from onpar.parity.contract.classmap import argmax, probe_classes
from onpar.parity.contract.golden import Gates, golden_metadata, read_golden, sealed
from onpar.parity.contract.groups import group_axis, peaks, split
from onpar.parity.contract.spec import Artifact, ModelSpec, RecipeOptions
from onpar.parity.contract.steps.argmax import Argmax
from onpar.parity.contract.tensor_spec import TensorSpec
from onpar.parity.contract.tolerance import FLOAT32, Floor, Floors, ToleranceRule
from onpar.parity.image.decode import decode
from onpar.parity.image.fit import fit, normalise
from onpar.parity.judge.judge import judge
from onpar.parity.judge.status import Status
from onpar.parity.judge.verdict import StageVerdict, Verdict

IMAGES = Path(__file__).parents[3] / "golden" / "images"
PHOTOS = {"astronaut": "astronaut.png", "chelsea": "chelsea.png", "coffee": "coffee.png"}
CLASSES = ("background", "bird", "bottle", "cat", "person")
PALETTE = ((0, 0, 0), (128, 128, 0), (128, 0, 128), (64, 0, 0), (192, 128, 128))
FIVE_CLASSES = class_map("out", CLASSES, PALETTE)
HOSTILE = "<script>document.title = 'owned'</script>"
HEX = "0123456789abcdef" * 4

Change = Callable[[dict[str, np.ndarray]], None]
Model = Callable[[np.ndarray, type], np.ndarray]


def linear(x: np.ndarray, dtype: type) -> np.ndarray:
    """Scores [1, 5, h, w]: a 1×1 convolution of the input [1, 3, h, w]."""
    weights: np.ndarray = np.random.default_rng(5).normal(0, 3, (len(CLASSES), 3)).astype(dtype)
    # No pixel is a cat: the last but one never has the largest score.
    bias: np.ndarray = np.array([0, 0.5, 0, -30, 0.25], dtype).reshape(1, -1, 1, 1)
    scores: np.ndarray = np.einsum("kc,bchw->bkhw", weights, x.astype(dtype)) + bias
    return scores


def of_peaks(out: np.ndarray, share: float) -> np.ndarray:
    """A share of the largest value of each channel, f32 [1, C, 1, 1]: 8 noise floors of the linear
    model are 3.8e-6."""
    peaks: np.ndarray = share * np.abs(out).max((0, 2, 3), keepdims=True)
    return peaks.astype(np.float32)


@dataclass(frozen=True)
class Maker:
    """Writes goldens and captures of one model into a folder, and judges them."""

    folder: Path
    height: int = 48
    width: int = 64
    model: Model = linear
    classmap: Argmax = FIVE_CLASSES
    photos: Mapping[str, str] = field(default_factory=lambda: PHOTOS | {HOSTILE: "astronaut.png"})

    def artifact(self, format: str, precision: str = "fp32") -> Artifact:
        prep = Prep("image", self.height, self.width, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
        size = (self.height, self.width)
        spec = ModelSpec(
            recipe="linear",
            inputs=(TensorSpec("image", (1, 3, *size)),),
            outputs=(TensorSpec("out", (1, len(self.classmap.classes), *size)),),
            steps=(*prep.steps, self.classmap),
        )
        cases = (
            photo_case(name, file, sha256((IMAGES / file).read_bytes()).hexdigest())
            for name, file in self.photos.items()
        )
        tolerance: ToleranceRule | None = FLOAT32 if precision == "fp32" else None
        return Artifact(
            file=f"linear-{format}-{precision}.model",
            sha256=HEX,
            bytes=168_400_000,
            key="",
            format=format,
            precision=precision,
            io="tensor",
            engine="",
            weights="seeded:0",
            weights_sha256=HEX,
            recipe_sha256=spec.sha256,
            options=RecipeOptions("linear", *size),
            model=spec,
            steps=spec.steps,
            runs=steps_inside(spec, "tensor"),
            inputs=spec.inputs,
            outputs=spec.outputs,
            calibration="",
            cases=tuple(cases),
            tolerance=tolerance,
            operators=("conv",),
            tools={"onnx": "1.23.2"},
            export_seconds=8.0,
        )

    def info(self, artifact: Artifact, case: str, target: str, runtime: str) -> CaptureInfo:
        sources = next(c.digests for c in artifact.cases if c.name == case)
        return CaptureInfo(
            recipe="linear",
            recipe_sha256=artifact.recipe_sha256,
            weights_sha256=HEX,
            case=case,
            sources=sources,
            artifact=artifact.file,
            artifact_sha256=HEX,
            target=target,
            runtime=runtime,
            runtime_version="1.31.1",
            engine="cpu",
            device="Intel Xeon Platinum 8581C",
            os="Linux 6.1",
            arch="x86_64",
            threads=2,
            warmup=1,
            load_ms=183.2,
            infer_ms=(41.2, 40.1, 43.9),
            output_sha256=(),
            peak_rss_mb=412.0,
            captured_at="2025-11-21T02:38:00Z",
        )

    def tensors(self, artifact: Artifact, case: str) -> dict[str, np.ndarray]:
        """Every stage as an honest float32 target has it."""
        file = self.photos[case]
        prep = prep_of(artifact.model)
        decoded = decode((IMAGES / file).read_bytes(), file)
        resized = fit(decoded, prep)
        given = normalise(resized, prep)
        out = np.ascontiguousarray(self.model(given, np.float32), np.float32)
        return {"decoded": decoded, "resized": resized, "image": given, "out": out}

    def golden(self, case: str) -> Path:
        """The golden of a case, with noise floor and gates as measured on it."""
        path = self.folder / "goldens" / f"{sha256(case.encode()).hexdigest()[:8]}.safetensors"
        if path.exists():
            return path
        artifact = self.artifact("pytorch")
        tensors = self.tensors(artifact, case)
        given, eager = tensors["image"], tensors["out"]
        exact = self.model(given, np.float64)
        peak = float(np.abs(exact).max())
        error = np.abs(eager - exact)
        axis = group_axis(artifact.model.outputs[0])
        floors = [
            Floor(float(e.max()), float(np.sqrt(np.mean(e**2)))).at_least(top)
            for e, top in zip(split(error, axis), peaks(exact, axis), strict=True)
        ]
        photo = float(np.abs(self.model(given[:, :, ::-1], np.float64) - exact).max())
        bgr = float(np.abs(self.model(given[:, ::-1], np.float64) - exact).max())
        tensors["out"] = exact.astype(np.float32)
        tensors["classmap"] = argmax(tensors["out"])
        gates = {"out": Gates(peak, photo, bgr)}
        extra = golden_metadata("key", {"out": Floors(axis, tuple(floors))}, gates)
        info = self.info(artifact, case, "reference", "pytorch-eager")
        info = replace(info, output_sha256=(digest({"out": tensors["out"]}),), extra=extra)
        write_capture(path, sealed(Capture(info, tensors)))
        return path

    def row(
        self,
        target: str,
        artifact: Artifact,
        case: str,
        change: Change = lambda tensors: None,
        runtime: str = "onnxruntime",
    ) -> Verdict:
        """Capture a case on a target that makes the mistake `change`, and judge it."""
        tensors = self.tensors(artifact, case)
        change(tensors)
        if "classmap" not in tensors:
            tensors["classmap"] = argmax(tensors["out"])
        tensors[PROBE] = probe_classes(len(self.classmap.classes))
        info = self.info(artifact, case, target, runtime)
        out = digest({"out": tensors["out"]})
        info = replace(info, output_sha256=(out,) * len(info.infer_ms))
        name = sha256(f"{target} {artifact.variant} {case}".encode()).hexdigest()[:8]
        path = self.folder / "captures" / f"{name}.safetensors"
        write_capture(path, Capture(info, tensors))
        golden = self.golden(case)
        verdict = judge(read_capture(path), artifact, read_golden(golden), self.reference)
        return replace(verdict, capture=str(path), golden=str(golden))

    def rewrite(self, verdict: Verdict, change: Change) -> Path:
        """Change the tensors of a capture that has been judged."""
        path = Path(verdict.capture)
        capture = read_capture(path)
        tensors = dict(capture.tensors)
        change(tensors)
        write_capture(path, replace(capture, tensors=tensors))
        return path

    def reference(self, capture: Capture) -> dict[str, np.ndarray]:
        given = capture.tensors["image"]
        return {"out": self.model(given, np.float64).astype(np.float32)}

    def unreadable(self, target: str, artifact: Artifact, case: str) -> Verdict:
        """A capture whose copy broke off half-way."""
        whole = self.row(target, artifact, case)
        path = Path(whole.capture)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        try:
            read_capture(path)
        except CaptureError as error:
            stages = (StageVerdict("file", Status.UNREADABLE, str(error)),)
            return replace(whole, stages=stages, info=None)
        raise AssertionError("half a capture was read")
