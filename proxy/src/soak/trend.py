"""Whether a resource grows: the one question of a soak, answered for a series of samples."""

import random
import statistics
from dataclasses import dataclass

WARM_UP = 0.2  # of the whole time: caches fill, code is compiled
LEAST_WARM_UP = 90  # seconds
LEAST = 8  # samples after it


@dataclass
class Limit:
    """How much more of something the end may have than the beginning, after the warm-up: absolute, and relative.
    The stricter of both holds."""
    absolute: float
    relative: float = float("inf")


@dataclass
class Trend:
    first: float  # median of the first third after the warm-up
    last: float  # median of the last third
    slope: float  # Theil–Sen, a second
    growth: float  # what that slope comes to over all the time after the warm-up
    allowed: float
    samples: int

    @property
    def grows(self):
        """A step counts however it came; a slope, when the medians do not deny it."""
        step = self.last - self.first
        return step > self.allowed or self.growth > self.allowed and step > self.allowed / 2


def trend(series, limit):
    """Of (seconds, value) in order of time; None where there are too few to say anything."""
    if not series:
        return None
    begin, end = series[0][0], series[-1][0]
    warm = begin + max((end - begin) * WARM_UP, LEAST_WARM_UP)
    settled = [(at, value) for at, value in series if at >= warm]
    if len(settled) < LEAST:
        return None
    third = len(settled) // 3
    first = statistics.median(value for _, value in settled[:third])
    last = statistics.median(value for _, value in settled[-third:])
    slope = theil_sen(settled)
    return Trend(first, last, slope, slope * (settled[-1][0] - settled[0][0]),
                 min(limit.absolute, limit.relative * first), len(settled))


def theil_sen(series):
    """The median of the slopes between any two: a third of all samples may be anything without moving it much."""
    step = max(1, len(series) // 400)
    thin = series[::step]
    slopes = [(b - a) / (t - s) for i, (s, a) in enumerate(thin) for t, b in thin[i + 1:] if t > s]
    return statistics.median(slopes) if slopes else 0.0


def self_test():
    """Sentences that must hold, and whether they do. A day of work would be lost by a detector that sees nothing."""
    mebibyte = 1 << 20
    memory = Limit(20 * mebibyte, 0.12)

    def series(leak=0.0, noise=0.0, seconds=300, start=160 * mebibyte, warm=0.0, saw=0.0, step=0.0, seed=1):
        chance = random.Random(seed)
        for at in range(0, seconds, 5):
            warming = warm * min(1, at / (seconds * WARM_UP))
            yield (float(at), start + leak * at + warming + chance.gauss(0, noise) + saw * (at % 60) / 60
                   + (step if at > seconds / 2 else 0))

    def grows(limit=memory, **kind):
        return trend(list(series(**kind)), limit).grows
    yield "a constant does not grow", not grows()
    yield "noise of 5 MiB does not grow", not any(grows(noise=5 * mebibyte, seed=n) for n in range(50))
    yield "a saw of 15 MiB a minute does not grow", not grows(saw=15 * mebibyte)
    yield "a warm-up of 80 MiB does not grow", not grows(warm=80 * mebibyte)
    yield "a leak of 150 KiB a second is seen in 5 minutes", grows(leak=150 << 10)
    yield "the same under noise of 5 MiB", all(grows(leak=150 << 10, noise=5 * mebibyte, seed=n) for n in range(50))
    yield "the same on top of a warm-up and a saw", grows(leak=150 << 10, warm=80 * mebibyte, saw=15 * mebibyte)
    yield "a leak of 5 KiB a second is seen in 2 hours", grows(leak=5 << 10, seconds=7200, noise=5 * mebibyte)
    yield "a leak of 1 KiB a second in 2 hours is within what is allowed", not grows(leak=1 << 10, seconds=7200)
    yield "a shrinking series does not grow", not grows(leak=-100 << 10)
    some = Limit(12)
    yield "one descriptor lost in 10 seconds is seen in 5 minutes", grows(some, start=300, leak=0.1, noise=3)
    yield "descriptors that come and go do not grow", not any(
        grows(some, start=300, noise=10, seed=n) for n in range(50))
    yield "a step of 40 descriptors halfway is seen", grows(some, start=300, step=40)
    yield "the slope of a straight line is exact", abs(theil_sen([(t, 3 * t + 1) for t in range(20)]) - 3) < 1e-9
    yield "a third of nonsense does not move the slope", abs(
        theil_sen([(t, t if t % 3 else 1e9) for t in range(60)]) - 1) < 0.2
    yield "too few samples say nothing", trend([(0, 1), (5, 2)], memory) is None
