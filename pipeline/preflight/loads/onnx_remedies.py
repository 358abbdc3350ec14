"""The ways out of what an onnxruntime lacks."""

from __future__ import annotations

DOMAIN, CLASSIC, MICROSOFT = "ai.onnx", "ai.onnx.ml", "com.microsoft"

FLOAT = "float"
"""The item type that nearly every operator has a kernel for."""


def to_opset(domain: str, known: int, used: bool) -> str:
    """How to get an older opset of a domain, of which the model may use nothing."""
    if domain == DOMAIN:
        return f"export it with an older one, `torch.onnx.export(..., opset_version={known})`"
    if not used:
        return (
            f"nothing in it is of {domain}: take that out of `model.opset_import` and save it "
            "again with onnx"
        )
    if domain == CLASSIC:
        return (
            f"convert it for opset {known} of {domain}, as skl2onnx does by "
            f'`target_opset={{"": ..., "{domain}": {known}}}`'
        )
    return f"set {domain} to {known} in `model.opset_import` and save it again with onnx"


def without(name: str, items: tuple[str, ...], format: str) -> str:
    """How to do without an operator, or, where only those lack, without its item types."""
    domain, _, operator = name.partition("::")
    if items and FLOAT not in items:
        return (
            f"let {operator} compute in another item type (for all of a model: `model.float()` "
            "before it is exported)"
        )
    if domain == DOMAIN and not items:
        return "export it with another `opset_version=`, or write the model without it"
    if domain == MICROSOFT and not items:
        made = "export the ONNX file again" if format == "onnx" else "convert the ONNX file"
        return (
            f"{made} without the optimizer that put it in (newer onnxruntimes join operators into "
            f"their own), or write the model without it"
        )
    if items:
        return "write the model without it"
    return f"write the model without it, or let the app register a library that has {domain}"
