"""The table: fronts down, scenarios across, and in each cell the clients for which it was as it must be."""

import difflib
import pathlib
import sys
import textwrap
from dataclasses import dataclass

from judge import SCENARIOS

README = pathlib.Path(__file__).resolve().parent / "README.md"
BEGIN, END = "<!-- table: proxy/src/fronts/run --write -->", "<!-- /table -->"


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


def write(rows):
    before, _, rest = README.read_text().partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{markdown(rows)}\n{END}{rest.partition(END)[2]}")


def agrees(rows):
    written = README.read_text().partition(BEGIN)[2].partition(END)[0].strip()
    seen = markdown(rows)
    if written == seen:
        return True
    print("fronts: the table in proxy/src/fronts/README.md differs from what was seen (--write writes it):",
          *difflib.unified_diff(written.splitlines(), seen.splitlines(), "README.md", "seen", lineterm="", n=0),
          sep="\n", file=sys.stderr)
    return False
