"""Memory over a baseline: the fixture `memory`. The numbers are the kernel's."""

from __future__ import annotations

from grader.exam.bench import Bench, Draw, Prepare, Run, check_result
from grader.exam.failures import BudgetJudged
from grader.exam.program import Program
from grader.exam.proxy import Module
from grader.exam.supply import Lender
from grader.i18n import say
from grader.model import Check, Outcome


class PeakMemory:
    """The fixture `memory`."""

    def __init__(self, check: Check, candidate: Program, reference: Module, supply: Lender, seed: int) -> None:
        self._check = check
        self._candidate = candidate
        self._reference = reference
        self._supply = supply
        self._seed = seed
        self.peak_bytes = 0
        self.cpu_s = 0.0

    def within(self, *, prepare: Prepare = lambda _: None, inputs: Draw, call: Run) -> None:
        """Judge by how much the candidate's resident memory rises, its import included; arguments as `compare`.

        Raises:
            BudgetJudged: it rose above the budget.
            ExpectationFailed: the result is wrong.
        """
        assert self._check.budget is not None
        drawn = inputs()
        worker = self._supply.take(refill=False, full=self._check.full)
        try:
            bench = Bench(worker, self._candidate, self._seed, steady_heap=False)
            result, self.peak_bytes = bench.peak_of(call, prepare(bench.module), drawn)
            self.cpu_s = bench.cpu_s
        finally:
            worker.kill()
        check_result(result, call(self._reference, prepare(self._reference), *drawn), bench.last_call)
        if self.peak_bytes > self._check.budget:
            text = say(
                "It took {peak} MB of memory at its peak; the budget is {budget} MB.",
                peak=round(self.peak_bytes / 1e6),
                budget=round(self._check.budget / 1e6),
            )
            raise BudgetJudged(Outcome.OVER_BUDGET, text)
