"""A program in the environment of a published runtime: it loads a model and runs it on request.

It imports only that runtime and NumPy, not onpar, and communicates with its parent over two pipes:
4 bytes of length, JSON, and the bytes of the arrays that the JSON lists.

    python foreign.py KIND MODEL THREADS ENGINE READ_FD WRITE_FD
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import os
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Arrays = list[tuple[str, Any]]
"""Names, empty if outputs have none, and arrays."""


def torchscript(content: bytes, threads: int, engine: str) -> tuple[str, Callable[[Arrays], Any]]:
    torch = _torch(threads, engine)
    return torch.__version__, _module(torch, torch.jit.load(io.BytesIO(content), "cpu"))


def ptl(content: bytes, threads: int, engine: str) -> tuple[str, Callable[[Arrays], Any]]:
    torch = _torch(threads, engine)
    mobile = importlib.import_module("torch.jit.mobile")
    return torch.__version__, _module(torch, mobile._load_for_lite_interpreter(io.BytesIO(content)))


def onnx(content: bytes, threads: int, engine: str) -> tuple[str, Callable[[Arrays], Any]]:
    ort: Any = importlib.import_module("onnxruntime")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # As in pipeline/targets/onnxruntime.py, but on every processor: no time is measured here.
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return ort.__version__, lambda given: dict(
        zip(names, session.run(names, dict(given)), strict=True)
    )


def pte(content: bytes, threads: int, engine: str) -> tuple[str, Callable[[Arrays], Any]]:
    torch = _torch(threads, engine)
    runtime: Any = importlib.import_module("executorch.runtime")
    importlib.import_module("executorch.kernels.quantized")
    program = runtime.Runtime.get().load_program(content)
    program.load_method("forward")

    def forward(*tensors: Any) -> Any:
        # Called on the program, which keeps the bytes alive; a method alone does not.
        return program.load_method("forward").execute(tensors)

    metadata = importlib.import_module("importlib.metadata")
    return metadata.version("executorch"), _module(torch, forward)


KINDS = {".pt": torchscript, ".ptl": ptl, ".onnx": onnx, ".ort": onnx, ".pte": pte}
"""The loaders, by suffix."""


def _torch(threads: int, engine: str) -> Any:
    torch = importlib.import_module("torch")
    torch.set_num_threads(threads)
    if engine:
        torch.backends.quantized.engine = engine
    return torch


def _module(torch: Any, module: Callable[..., Any]) -> Callable[[Arrays], Any]:
    def run(given: Arrays) -> Any:
        with torch.inference_mode():
            made = module(*(torch.from_numpy(value) for _, value in given))
        if isinstance(made, dict):
            return {name: value.contiguous().numpy() for name, value in made.items()}
        made = made if isinstance(made, (list, tuple)) else [made]
        return [value.contiguous().numpy() for value in made]

    return run


def send(pipe: Any, header: dict[str, Any], arrays: Arrays) -> None:
    listed = [(name, value.dtype.str, value.shape) for name, value in arrays]
    text = json.dumps({**header, "arrays": listed}).encode()
    pipe.write(struct.pack("<I", len(text)) + text)
    for _, value in arrays:
        pipe.write(np.ascontiguousarray(value).tobytes())
    pipe.flush()


def receive(pipe: Any) -> tuple[dict[str, Any], Arrays]:
    """Raises EOFError if the other side has closed."""
    header = json.loads(_exactly(pipe, struct.unpack("<I", _exactly(pipe, 4))[0]))
    arrays = []
    for name, kind, shape in header["arrays"]:
        form = np.dtype(kind)
        content = _exactly(pipe, form.itemsize * int(np.prod(shape, dtype=np.int64)))
        arrays.append((name, np.frombuffer(bytearray(content), form).reshape(shape)))
    return header, arrays


def _exactly(pipe: Any, count: int) -> bytes:
    content: bytes = pipe.read(count)
    if len(content) < count:
        raise EOFError
    return content


def main() -> None:
    kind, model, threads, engine, reads, writes = sys.argv[1:]
    reading, writing = os.fdopen(int(reads), "rb"), os.fdopen(int(writes), "wb")
    try:
        with open(model, "rb") as file:  # noqa: PTH123
            content = file.read()
        started = time.perf_counter()
        version, run = KINDS[kind](content, int(threads), engine)
        load_ms = round((time.perf_counter() - started) * 1e3, 3)
        digest = hashlib.sha256(content).hexdigest()
        send(writing, {"version": version, "sha256": digest, "load_ms": load_ms}, [])
        del content
        while True:
            _, given = receive(reading)
            made = run(given)
            named = made.items() if isinstance(made, dict) else [("", one) for one in made]
            send(writing, {}, list(named))
    except EOFError:
        return
    except Exception as error:  # Any exception of that runtime is the answer.
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        send(writing, {"error": lines[0] if lines else type(error).__name__}, [])


if __name__ == "__main__":
    main()
