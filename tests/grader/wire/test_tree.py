"""The closed list of what crosses."""

from __future__ import annotations

import msgspec
import numpy
import pytest
import torch

from grader.wire.tree import DTYPES, ArrayNode, BytesNode, HandleNode, ListNode, MapNode, Node

NODES = (
    ListNode([1, "two", None], True),
    MapNode([("key", 1.5)]),
    ArrayNode(True, "float32", [2, 3], [1, 0], False, False),
    BytesNode(3),
    HandleNode(1, "Layer"),
)


@pytest.mark.parametrize(("dtype", "size"), DTYPES.items())
def test_sizes_of_elements_are_the_libraries(dtype: str, size: int) -> None:
    """A wrong one would cut a body at the wrong place."""
    assert getattr(torch, dtype).itemsize == size
    if dtype != "bfloat16":  # which numpy does not have
        assert numpy.dtype(dtype).itemsize == size


@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
def test_every_node_has_a_tag_of_its_own(node: Node) -> None:
    """What is encoded decodes as the same node, without a hint which it was."""
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(node), type=Node) == node
