"""A small assembler for classic BPF, the language of seccomp filters: a sorted list of numbers becomes a search tree.

It knows instructions and jumps, not system calls.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

LOAD = 0x20  # A = word at offset k of seccomp_data
AND = 0x54
JUMP = 0x05
JUMP_EQUAL = 0x15
JUMP_GREATER_EQUAL = 0x35
JUMP_ANY_BIT = 0x45
RETURN = 0x06

# Offsets in struct seccomp_data.
NUMBER = 0
ARCHITECTURE = 4

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, k
Code = list[Instruction]


def argument(index: int) -> int:
    """The offset of the low word of an argument on a little-endian machine; the high word is 4 further."""
    return 16 + 8 * index


def returns(action: int) -> Code:
    """End with that action."""
    return [(RETURN, 0, 0, action)]


def load(offset: int) -> Code:
    """Take a word of seccomp_data into the accumulator."""
    return [(LOAD, 0, 0, offset)]


def choose(code: int, k: int, if_true: Code, if_false: Code) -> Code:
    """Branch on a comparison of the accumulator. Both branches must end in a return."""
    if len(if_true) <= 255:
        return [(code, 0, len(if_true), k), *if_true, *if_false]
    return [(code, 1, 0, k), (JUMP, 0, 0, len(if_true)), *if_true, *if_false]


def one_of(values: Sequence[int], if_found: Code, if_not: Code) -> Code:
    """Branch on whether the accumulator is one of a few values."""
    result = if_not
    for value in reversed(values):
        result = choose(JUMP_EQUAL, value, if_found, result)
    return result


def search(table: Sequence[tuple[int, Code]]) -> Code:
    """Branch on ranges of the accumulator.

    Args:
        table: ascending `(first, code)`: the code for the values from `first` up to the next row's. The first row's
            `first` is 0. Every code ends in a return.
    """
    if len(table) == 1:
        return table[0][1]
    middle = len(table) // 2
    return choose(JUMP_GREATER_EQUAL, table[middle][0], search(table[middle:]), search(table[:middle]))


def assemble(code: Code) -> bytes:
    """The program as the kernel reads it: an array of struct sock_filter."""
    if len(code) > 4096:
        raise ValueError(f"{len(code)} instructions, the kernel takes 4096")
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
