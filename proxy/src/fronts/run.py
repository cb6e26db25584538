"""Puts proxies, by the README's recipes, in front of a running Seawall, and real clients in front of them: nginx, Caddy and
HAProxy themselves; Traefik, Coolify's Traefik and Cloudflare's tunnel are imitated.

  proxy/src/fronts/run               every front with every client
  proxy/src/fronts/run --only WORD   the fronts with WORD in their name
  proxy/src/fronts/run --write       writes what was seen into the tables of README.md beside this file

And fronts as people get them wrong: what Seawall says of each is pasted, and then it must work.

Exit 0 when everything was as it must be, and the tables in README.md as they were seen; 1 otherwise, 2 when that could not
be found out. Each front has a network namespace of its own: nothing else is reached or can be reached.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys

import row
import table
import wrong
from clients import commands
from fronts import FRONTS
from world import apart, certify
from wrong import WRONG

from lab import ROOT, Lab, LabError, build, compiled, given_up, options, tool

HERE = pathlib.Path(__file__).resolve().parent
AT_ONCE = 2


def main():
    parser = options(__doc__)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--inside", metavar="FRONT", help=argparse.SUPPRESS)
    parser.add_argument("--shop", type=pathlib.Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        if chosen.inside in dict(WRONG):
            return wrong.tried(chosen.inside, chosen.shop)
        return row.made(chosen.inside, chosen.shop, json.loads((chosen.shop / "clients.json").read_text()))
    known = [title for title, *_ in FRONTS], [title for title, _ in WRONG]
    titles, mistakes = ([title for title in some if chosen.only.lower() in title.lower()] for some in known)
    if not titles and not mistakes:
        print(f"fronts: none is called {chosen.only} (expected: {', '.join(sum(known, []))})", file=sys.stderr)
        return 2
    try:
        for _, kind, _ in FRONTS:
            tool(kind.program, kind.package) if kind.program else None
        build()
        with Lab() as lab:
            shop = lab.place("shop")
            certify(shop)
            imitate(lab, shop)
            clients = commands(lab)
            (shop / "clients.json").write_text(json.dumps(clients))
            believed(shop, pathlib.Path(clients["JDK"][0]).with_name("keytool"))
            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as workers:
                rows = list(workers.map(lambda title: tried(lab, shop, title), titles))
                seen = list(workers.map(lambda title: mistaken(lab, shop, title), mistakes))
    except LabError as trouble:
        return given_up(trouble)
    failed = sum(bool(cell.wrong) for _, cells in rows for cell in cells) + sum(bool(one["wrong"]) for one in seen)
    print(f"{len(rows)} fronts, {sum(len(cells) for _, cells in rows)} scenarios, {len(seen)} wrong fronts: {failed} failed",
          file=sys.stderr)
    if chosen.write and not chosen.only:
        table.write(rows, seen)
    return 1 if failed or not chosen.only and not table.agrees(rows, seen) else 0


def imitate(lab, shop):
    """Compiles those fronts that cannot be installed here."""
    for name, origin in (("traefik", []), ("cloudflared", [ROOT / "docker/cloudflare/origin.go"])):
        compiled(lab, HERE / "proxies" / f"{name}.go", HERE / "proxies" / "front.go", *origin).rename(shop / name)


def believed(shop, keytool):
    """The public CA's stand-in as Java programs want it."""
    subprocess.run([keytool, "-importcert", "-noprompt", "-alias", "ca", "-file", "public.pem", "-keystore", "public.p12",
                    "-storetype", "PKCS12", "-storepass", "changeit"], cwd=shop, check=True, capture_output=True)


def tried(lab, shop, title):
    """A front with its cells, printed as soon as they are there."""
    cells = [table.Cell(**found) for found in inside(lab, shop, title)]
    print(table.plain(title, cells), flush=True)
    return title, cells


def mistaken(lab, shop, title):
    seen = next(inside(lab, shop, title))
    print(table.plain_mistake(seen), flush=True)
    return seen


def inside(lab, shop, title):
    """What was found out in a network of its own."""
    folder = lab.place("row")
    out, log = folder / "out", folder / "log"
    process = lab.start(["sh", "-c", 'exec "$@" >"$0"', out, *apart(), sys.executable, HERE / "run.py", "--inside", title,
                         "--shop", shop], log, folder)
    code = process.wait()
    lab.running.remove(process)
    if code:
        raise LabError(f"{title}: ended with {code}\n{log.read_text(errors='replace')}")
    return map(json.loads, out.read_text().splitlines())


if __name__ == "__main__":
    sys.exit(main())
