"""The remedies for what is missing in an onnxruntime."""

from __future__ import annotations

DOMAIN, CLASSIC, MICROSOFT = "ai.onnx", "ai.onnx.ml", "com.microsoft"

FLOAT = "float"
"""The item type for which nearly every operator has a kernel."""


def to_opset(domain: str, known: int, used: bool) -> str:
    """How to get an older opset of a domain, which the model may not use at all."""
    if domain == DOMAIN:
        return f"export it with an older one, `torch.onnx.export(..., opset_version={known})`"
    if not used:
        return (
            f"nothing in it uses {domain}: remove that from `model.opset_import` and save it "
            "again with onnx"
        )
    if domain == CLASSIC:
        return (
            f"convert it for opset {known} of {domain}, as skl2onnx does with "
            f'`target_opset={{"": ..., "{domain}": {known}}}`'
        )
    return f"set {domain} to {known} in `model.opset_import` and save it again with onnx"


def without(name: str, items: tuple[str, ...], format: str) -> str:
    """How to avoid an operator or, if only item types are missing, those item types."""
    domain, _, operator = name.partition("::")
    if items and FLOAT not in items:
        return (
            f"let {operator} compute in another item type (for a whole model: `model.float()` "
            "before it is exported)"
        )
    if domain == DOMAIN and not items:
        return "export it with another `opset_version=`, or write the model without it"
    if domain == MICROSOFT and not items:
        made = "export the ONNX file again" if format == "onnx" else "convert the ONNX file"
        return (
            f"{made} without the optimizer that inserted it (newer onnxruntimes fuse operators "
            "into their own), or write the model without it"
        )
    if items:
        return "write the model without it"
    return f"write the model without it, or let the app register a library that has {domain}"
