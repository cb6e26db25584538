"""What the clients met, and which of it must not be."""

import bisect
import collections
import math
import time

KEPT = 200  # entries of what was unexpected; the rest is only counted


class Latencies:
    """Counts by size, a tenth wide each, so that two hours take no more memory than a minute."""

    def __init__(self):
        self.counts = collections.Counter()
        self.longest = 0.0

    def add(self, seconds):
        self.longest = max(self.longest, seconds)
        self.counts[round(math.log(max(seconds, 1e-5), 1.1))] += 1

    def quantile(self, part):
        left = sum(self.counts.values()) * part
        for size, count in sorted(self.counts.items()):
            left -= count
            if left <= 0:
                return 1.1 ** size
        return 0.0


class Book:
    def __init__(self):
        self.begin = time.monotonic()
        self.statuses = collections.defaultdict(collections.Counter)  # kind: status or outcome
        self.latencies = collections.defaultdict(Latencies)
        self.counts = collections.Counter()
        self.unexpected = []
        self.wrong = collections.Counter()
        self.excused = collections.Counter()
        self.down = []  # [since, until] of each time that the gateway was gone
        self.slowest = []  # handshakes: seconds in all, of TCP, of TLS, and when they were over
        self.stalls = []  # (until, seconds) of each time that the clients themselves stood still

    def seconds(self):
        return time.monotonic() - self.begin

    def count(self, what, more=1):
        self.counts[what] += more

    def connected(self, tcp, tls):
        """Remembers the slowest."""
        self.slowest = sorted([*self.slowest, (tcp + tls, tcp, tls, self.seconds())], reverse=True)[:3]

    def stalled(self, seconds):
        self.stalls.append((time.monotonic(), seconds))

    def good(self, kind, outcome, since):
        self.statuses[kind][outcome] += 1
        self.latencies[kind].add(time.monotonic() - since)

    def gateway_was_down(self, since):
        """At any moment from then until now."""
        place = bisect.bisect([begin for begin, _ in self.down], time.monotonic()) - 1
        return place >= 0 and self.down[place][1] >= since

    def bad(self, kind, what, since, excusable=False, stallable=False):
        """Something that a client must not see; unless the gateway was gone meanwhile, and it is how that looks. Or the
        client stood still itself, and its end is what Seawall does to such clients."""
        if excusable and self.gateway_was_down(since):
            self.excused[what] += 1
            self.statuses[kind]["gateway down"] += 1
            return
        if stallable and any(until > since for until, _ in self.stalls):
            self.statuses[kind]["stood still"] += 1
            return
        self.statuses[kind]["WRONG"] += 1
        self.wrong[f"{kind}: {what}"] += 1
        if len(self.unexpected) < KEPT:
            self.unexpected.append((round(self.seconds(), 1), kind, what, round(time.monotonic() - since, 2)))
