"""Uses a running Seawall for hours as people, programs and unauthenticated clients do, while what is around it changes.

  proxy/src/soak/run              2 hours
  proxy/src/soak/run SECONDS      that long
  proxy/src/soak/run --quick      5 minutes, what CI runs
  proxy/src/soak/run --self-test  whether the detector of leaks detects leaks; no Seawall is started
  proxy/src/soak/run --leak 60    keeps that many WebSockets, one after the other: the run must fail
  proxy/src/soak/run --seed N     the same load again

Exit 0 when everything held, 1 otherwise, 2 when that could not be found out. Everything is on loopback. Needs python3
with python3-h2, openssl, and what ./seawall needs (JDK 25 or newer, Maven).
"""

import asyncio
import random
import resource
import sys

import trend

from lab import Lab, LabError, build, given_up, options, tool

FILES = 4096


def main():
    parser = options(__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=7200)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--leak", type=int, default=0, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    chosen = parser.parse_args()
    if chosen.self_test:
        return self_test()
    try:
        from soak import Soak
    except ImportError as missing:
        return given_up(f"{missing.name} is missing (Debian: apt-get install python3-h2)")
    seconds = 300 if chosen.quick else chosen.seconds
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if most < 0 else min(FILES, most), most))
    try:
        tool("openssl", "openssl")
        build()
        with Lab() as lab:
            print(f"soak: {seconds:.0f} s, seed {chosen.seed}", flush=True)
            soak = Soak(lab, seconds, chosen.seed, chosen.leak)
            asyncio.run(soak.run())
            print("\n".join(soak.report()), flush=True)
            return 1 if soak.failures else 0
    except LabError as trouble:
        return given_up(trouble)


def self_test():
    results = list(trend.self_test())
    for sentence, held in results:
        if not held:
            print(f"FAILED  {sentence}")
    passed = sum(held for _, held in results)
    print(f"{passed} passed, {len(results) - passed} failed")
    return 0 if passed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
