"""The folder that ExecuTorch's Core ML delegate gets, as one blob.

The files come one after another. After them comes JSON, its bytes in reverse order, with a node for
each file and folder, children before their parents (executorch's
backends/apple/coreml/runtime/inmemoryfs). So the blob is read from its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

FILE, FOLDER = 0, 1

MAX_NAME_BYTES = 1 << 20
"""Bytes of JSON that are read; a package has about 1,200."""


class BlobError(ValueError):
    """The bytes are not a complete blob; the message says why."""


def read(blob: bytes) -> dict[str, bytes]:
    """The files by path below the root folder, with `/`. Raises BlobError."""
    try:
        text = blob[-MAX_NAME_BYTES:][::-1].decode("latin-1")
        nodes = json.JSONDecoder().raw_decode(text)[0]["nodes"]
        return dict(_files(nodes, len(nodes) - 1, "", blob, set()))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BlobError(f"its folder cannot be read ({type(error).__name__}: {error})") from error


def _files(
    nodes: list[dict[str, Any]], index: int, below: str, blob: bytes, seen: set[int]
) -> Iterator[tuple[str, bytes]]:
    for name, child in nodes[index]["children"].items():
        # Children come before their parents, so no folder can hold itself. No folder is in two
        # others: otherwise a few nodes could make an endless tree.
        if not 0 <= child < index or child in seen:
            raise BlobError(
                f"{below}{name}: node {child} is not before its folder, or is in another folder too"
            )
        seen.add(child)
        if nodes[child]["kind"] == FOLDER:
            yield from _files(nodes, child, f"{below}{name}/", blob, seen)
            continue
        region = nodes[child]["dataRegion"]
        start, end = region["offset"], region["offset"] + region["size"]
        if not 0 <= start <= end <= len(blob):
            raise BlobError(f"{below}{name}: bytes {start} to {end} of {len(blob)}")
        yield below + name, blob[start:end]


def written(files: Mapping[str, bytes], root: str) -> bytes:
    """The blob of a folder called `root`, its files in the order of their names."""
    laid = _Laid()
    laid.folder(root, files)
    text = json.dumps({"nodes": laid.nodes}, separators=(",", ":"), sort_keys=True)
    return b"".join(laid.contents) + text.encode()[::-1]


@dataclass
class _Laid:
    """Files and nodes added so far."""

    contents: list[bytes] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0

    def folder(self, name: str, files: Mapping[str, bytes]) -> int:
        """Add the content of a folder, then the folder; gives its node's index."""
        children = {}
        for child in sorted({path.partition("/")[0] for path in files}):
            if child in files:
                children[child] = self._node(child, FILE, {}, files[child])
            else:
                inner = {
                    p.partition("/")[2]: c for p, c in files.items() if p.startswith(f"{child}/")
                }
                children[child] = self.folder(child, inner)
        return self._node(name, FOLDER, children, b"")

    def _node(self, name: str, kind: int, children: dict[str, int], content: bytes) -> int:
        offset = self.size if kind == FILE else 0
        region = {"offset": offset, "size": len(content)}
        node = {"children": children, "dataRegion": region, "kind": kind, "name": name}
        self.nodes.append(node)
        self.contents.append(content)
        self.size += len(content)
        return len(self.nodes) - 1
