"""The assembler's jumps land where they should: on a small interpreter of its own, and once on the real kernel."""

from __future__ import annotations

import itertools
import os
import random
import struct

import pytest

from grader.jail import bpf, libc, seccomp
from grader.jail.experiments import Results, in_child

GETPPID = {"x86_64": 110, "aarch64": 173}
LARGEST = 0xFFFF_FFFF


def run(code: bpf.Code, *, number: int = 0, arguments: tuple[int, ...] = ()) -> int:
    """What a program returns for a system call; a jump past its end is an IndexError."""
    words = (*arguments, *[0] * 6)[:6]
    data = struct.pack("<IIQ6Q", number, 0, 0, *words)
    program = list(struct.iter_unpack("=HBBI", bpf.assemble(code)))
    at, accumulator = 0, 0
    while True:
        kind, if_true, if_false, k = program[at]
        at += 1
        if kind == bpf.LOAD:
            (accumulator,) = struct.unpack_from("<I", data, k)
        elif kind == bpf.AND:
            accumulator &= k
        elif kind == bpf.JUMP:
            at += k
        elif kind == bpf.RETURN:
            return int(k)
        else:
            truth = {
                bpf.JUMP_EQUAL: accumulator == k,
                bpf.JUMP_GREATER_EQUAL: accumulator >= k,
                bpf.JUMP_ANY_BIT: bool(accumulator & k),
            }[kind]
            at += if_true if truth else if_false


def of_length(length: int, action: int) -> bpf.Code:
    """A branch with that many instructions, of which the last ends it."""
    return bpf.load(bpf.NUMBER) * (length - 1) + bpf.returns(action)


@pytest.mark.parametrize(
    ("comparison", "k", "true_for", "false_for"),
    [
        (bpf.JUMP_EQUAL, 7, [7], [0, 6, 8, LARGEST]),
        (bpf.JUMP_GREATER_EQUAL, 7, [7, 8, LARGEST], [0, 6]),
        (bpf.JUMP_GREATER_EQUAL, 0x8000_0000, [0x8000_0000, LARGEST], [0, 0x7FFF_FFFF]),
        (bpf.JUMP_ANY_BIT, 0b110, [2, 4, 6, 7, LARGEST], [0, 1, 8]),
    ],
)
def test_a_comparison_takes_its_branch(comparison: int, k: int, true_for: list[int], false_for: list[int]) -> None:
    """The first branch where it holds, the second where it does not; numbers have no sign."""
    code = bpf.load(bpf.NUMBER) + bpf.choose(comparison, k, bpf.returns(1), bpf.returns(2))
    assert [run(code, number=number) for number in true_for] == [1] * len(true_for)
    assert [run(code, number=number) for number in false_for] == [2] * len(false_for)


@pytest.mark.parametrize("length", [1, 2, 254, 255, 256, 257, 2000])
def test_a_branch_may_be_longer_than_a_conditional_jump(length: int) -> None:
    """A conditional jump reaches over 255 instructions; what is longer is jumped over in two steps."""
    code = bpf.load(bpf.NUMBER) + bpf.choose(bpf.JUMP_EQUAL, 7, of_length(length, 1), of_length(3, 2))
    assert run(code, number=7) == 1
    assert run(code, number=8) == 2


def test_a_jump_that_is_too_long_is_refused() -> None:
    """One made by hand does not wrap around to somewhere else."""
    with pytest.raises(struct.error):
        bpf.assemble([(bpf.JUMP_EQUAL, 256, 0, 7), *of_length(257, 1)])


def test_a_program_that_the_kernel_would_not_take_is_refused() -> None:
    """4096 instructions of eight bytes, and not one more."""
    assert len(bpf.assemble(of_length(4096, 1))) == 4096 * 8
    with pytest.raises(ValueError, match="4097"):
        bpf.assemble(of_length(4097, 1))


def test_an_instruction_is_a_sock_filter() -> None:
    """A half-word of code, two bytes of jumps, a word of operand."""
    assert bpf.assemble([(bpf.JUMP_EQUAL, 3, 5, 0x0102_0304)]) == struct.pack("=HBBI", 0x15, 3, 5, 0x0102_0304)


@pytest.mark.parametrize("values", [(), (5,), (3, 9, 5), tuple(range(0, 600, 2))], ids=len)
def test_one_of_finds_each_value_and_no_other(values: tuple[int, ...]) -> None:
    """In any order, also where there are none, or more than a conditional jump could pass over."""
    code = bpf.load(bpf.NUMBER) + bpf.one_of(values, bpf.returns(1), bpf.returns(2))
    for number in (*range(12), 597, 598, 599, LARGEST):
        assert run(code, number=number) == (1 if number in values else 2), number


@pytest.mark.parametrize("length", [1, 40, 130])
@pytest.mark.parametrize("rows", [1, 2, 3, 8, 25])
def test_a_search_finds_the_row_of_every_number(rows: int, length: int) -> None:
    """The tree decides as reading the table from top to bottom would, at and around every border."""
    firsts = sorted([0, *random.Random(rows * length).sample(range(1, 1 << 32), rows - 1)])
    code = bpf.load(bpf.NUMBER) + bpf.search([(first, of_length(length, at)) for at, first in enumerate(firsts)])
    for number in {0, LARGEST, *itertools.chain.from_iterable((first, first - 1, first + 1) for first in firsts)}:
        if 0 <= number <= LARGEST:
            want = max(at for at, first in enumerate(firsts) if first <= number)
            assert run(code, number=number) == want, number


@pytest.mark.parametrize("index", range(6))
def test_an_argument_is_its_low_word(index: int) -> None:
    """Each of the six, whatever the high words and the other arguments are."""
    arguments = tuple(0xAAAA_0000_0000 + 10 * at for at in range(6))
    other = bpf.returns(2)
    code = bpf.load(bpf.argument(index)) + bpf.choose(bpf.JUMP_EQUAL, 10 * index, bpf.returns(1), other)
    assert run(code, arguments=arguments) == 1


@pytest.mark.skipif(not libc.supported(), reason="needs Linux on x86_64 or aarch64")
def test_the_kernel_reads_it_alike(findings) -> None:
    """It takes a program with long and short jumps, and refuses the one call that the program names."""
    if not findings.seccomp.ok:
        pytest.skip("needs seccomp")

    def experiment(results: Results) -> None:
        refuse, allow = of_length(300, seccomp.REFUSE), of_length(3, seccomp.ALLOW)
        code = bpf.load(bpf.NUMBER) + bpf.choose(bpf.JUMP_EQUAL, GETPPID[libc.machine()], refuse, allow)
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.install(bpf.assemble(code))
        results["named"] = os.getppid()
        results["other"] = int(os.getpid() > 0)

    assert in_child(experiment) == {"named": -1, "other": 1}
