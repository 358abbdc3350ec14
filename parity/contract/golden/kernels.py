"""What a runtime's kernels compute of a quantized program, judged operator by operator."""

from __future__ import annotations

from dataclasses import dataclass

from onpar.parity.contract.tolerance import check_bound

MOST_STEPS = 1.0
"""Steps. A kernel's integer may be this far from the exact value before it is rounded, if the
operator is given what the kernels computed before it: 0.5 is exact. Measured on seven models and
three runtimes (docs/quantization.md): 0.508, and 0.594 behind operators in float32."""


@dataclass(frozen=True)
class Kernels:
    """How exact the kernels are on a case, and what they gave in the end.

    runtime         its name and version
    outputs_sha256  digest of its outputs (`onpar.parity.contract.capture.digest`)
    operators       how many quantized tensors it showed
    largest         the largest distance of one's integers from the exact values before rounding, in
                    steps; 0 where it showed none
    at              the tensor with that distance
    """

    runtime: str
    outputs_sha256: str
    operators: int
    largest: float
    at: str

    def __post_init__(self) -> None:
        check_bound("kernels' largest", self.largest)

    @property
    def exact(self) -> bool:
        """Whether every operator is right on what it was given."""
        return self.largest <= MOST_STEPS

    @property
    def sentence(self) -> str:
        """How many operators were judged, and how exact they are; empty without any."""
        if not self.operators:
            return ""
        return f"{self.operators:,} operators, {self.largest:.4f} steps at most"
