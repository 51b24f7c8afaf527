# /// accepted
# note.en = "Small classes: a calendar with a table of days before each month, spans as named tuples, a pipeline object, an enumeration behind the analogy."
# note.zh = "用小类组织：带“各月之前天数”表的日历、具名元组的时间段、流水线对象，类比背后是枚举。"
# ///
import enum
import itertools
from dataclasses import dataclass
from typing import NamedTuple


class Part(str, enum.Enum):
    TOKEN_STEP = "token_step"
    READ = "read_weights_and_kv"
    FORWARD = "forward_pass"
    APPEND = "append_token_and_kv"
    CACHE = "kv_cache"
    BANDWIDTH = "accelerator_memory_bandwidth"
    BATCHING = "continuous_batching"
    LOOP = "autoregressive_loop"


_NOTIONS = "clock_cycle instruction_fetch execute write_back data_cache memory_bandwidth pipelining program_loop"
ANALOGY = dict(zip(_NOTIONS.split(), Part, strict=True))


class Span(NamedTuple):
    name: str
    start: float
    end: float


class Year:
    COMMON = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

    def __init__(self, number):
        self.number = number
        self.leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
        self.lengths = [length + (self.leap and at == 1) for at, length in enumerate(self.COMMON)]
        self.before = [0, *itertools.accumulate(self.lengths)]

    @property
    def first_day(self):
        past = self.number - 1
        return past * 365 + past // 4 - past // 100 + past // 400 - 719162


@dataclass(frozen=True)
class Civil:
    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int

    def __post_init__(self):
        if not 1 <= self.month <= 12 or not 1 <= self.day <= Year(self.year).lengths[self.month - 1]:
            raise ValueError("no such day")
        if not (0 <= self.hour <= 23 and 0 <= self.minute <= 59 and 0 <= self.second <= 59):
            raise ValueError("no such time")

    def seconds(self):
        year = Year(self.year)
        days = year.first_day + year.before[self.month - 1] + self.day - 1
        return ((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second


def unix_timestamp(year, month, day, hour=0, minute=0, second=0, *, utc_offset_minutes=0):
    return Civil(year, month, day, hour, minute, second).seconds() - 60 * utc_offset_minutes


def processing_delay(cycle_times_s, complexities):
    if isinstance(cycle_times_s, (int, float)):
        cycle_times_s = itertools.repeat(cycle_times_s, len(complexities))
    pairs = list(zip(cycle_times_s, complexities, strict=True))
    if any(min(pair) < 0 for pair in pairs):
        raise ValueError("negative")
    return sum(time * cycles for time, cycles in pairs)


class Tracer:
    def __init__(self, clock):
        self.clock = clock
        self.spans = []
        self.at = clock()

    def __call__(self, name, function, value):
        try:
            return function(value)
        except BaseException as error:
            error.spans = self.spans
            raise
        finally:
            self.at, start = self.clock(), self.at
            self.spans.append(Span(name, start, self.at))


def trace_stages(stages, value, clock):
    tracer = Tracer(clock)
    for name, function in stages:
        value = tracer(name, function, value)
    return value, tracer.spans


class Pipeline:
    def __init__(self, stages):
        self.stages = tuple(stages)
        if any(each < 0 for each in self.stages):
            raise ValueError("negative stage")

    def delay(self, items):
        if items < 0:
            raise ValueError("negative items")
        if not items or not self.stages:
            return 0.0
        return sum(self.stages) + (items - 1) * max(self.stages)


def pipelined_delay(stage_times_s, items):
    return Pipeline(stage_times_s).delay(items)


def request_latency(ttft_s, tpot_s, output_tokens):
    # A request is a pipeline of a first token and of steps.
    return ttft_s + (output_tokens - 1) * tpot_s if output_tokens > 0 else 0.0


def decode_floor(param_bytes, kv_bytes, bandwidth_bytes_per_s):
    if not bandwidth_bytes_per_s > 0:
        raise ValueError("bandwidth")
    return (param_bytes + kv_bytes) / bandwidth_bytes_per_s
