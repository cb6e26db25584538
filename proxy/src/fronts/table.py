"""The table: fronts down, scenarios across, and in each cell the clients for which it was as it must be."""

import difflib
import pathlib
import sys
import textwrap
from dataclasses import dataclass

from judge import SCENARIOS

README = pathlib.Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- table: proxy/src/fronts/run --write -->", "<!-- /table -->"
WRONG = "<!-- wrong: proxy/src/fronts/run --write -->"


@dataclass
class Cell:
    client: str
    scenario: str
    wrong: list


def plain(title, cells):
    """For the screen: a line for each scenario, and below it what was wrong."""
    lines = [title]
    for scenario, name in SCENARIOS.items():
        column = [cell for cell in cells if cell.scenario == scenario]
        if column:
            marks = ", ".join(f"{cell.client}{' FAILED' if cell.wrong else ''}" for cell in column)
            lines.append(f"  {'FAIL' if any(cell.wrong for cell in column) else 'ok':5}{name:23}{marks}")
        for cell in column:
            lines += objections(cell)
    for cell in cells:
        if cell.scenario not in SCENARIOS:
            lines += objections(cell)
    return "\n".join(lines)


def objections(cell):
    return [textwrap.fill(wrong, 118, initial_indent=f"       {cell.client}: ", subsequent_indent=" " * 9,
                          break_on_hyphens=False, max_lines=8) for wrong in cell.wrong]


def markdown(rows):
    lines = [f"| in front | {' | '.join(SCENARIOS.values())} |", "|---" * (len(SCENARIOS) + 1) + "|"]
    for title, cells in rows:
        lines.append(f"| {title} | " + " | ".join(text([cell for cell in cells if cell.scenario == scenario])
                                                  for scenario in SCENARIOS) + " |")
    return "\n".join(lines)


def text(column):
    held = [cell.client for cell in column if not cell.wrong]
    failed = [f"**{cell.client}: fails**" for cell in column if cell.wrong]
    return ", ".join(held + failed) or "–"


def plain_mistake(seen):
    wrong = [textwrap.fill(one, 118, initial_indent="       ", subsequent_indent=" " * 9, break_on_hyphens=False)
             for one in seen["wrong"]]
    return "\n".join([f"  {'FAIL' if wrong else 'ok':5}{seen['title']}", *wrong])


def mistakes(seen):
    lines = ["| in front | what a client gets | said by | pasted, and then it works |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {one['title']} | {one['answer']} | {', '.join(one['said'])} | "
                              f"{'**fails**' if one['wrong'] else '; or '.join(one['pasted'])} |" for one in seen])


def write(rows, seen):
    for begin, made in ((BEGIN, markdown(rows)), (WRONG, mistakes(seen))):
        before, _, rest = README.read_text().partition(begin)
        README.write_text(f"{before}{begin}\n{made}\n{END}{rest.partition(END)[2]}")


def agrees(rows, wrong):
    return all([same(BEGIN, markdown(rows)), same(WRONG, mistakes(wrong))])


def same(begin, seen):
    written = README.read_text().partition(begin)[2].partition(END)[0].strip()
    if written == seen:
        return True
    print("fronts: a table in proxy/src/fronts/README.md differs from what was seen (--write writes it):",
          *difflib.unified_diff(written.splitlines(), seen.splitlines(), "README.md", "seen", lineterm="", n=0),
          sep="\n", file=sys.stderr)
    return False
