"""The documents' recipes: what the suite runs is what people read."""

import re

from lab import LabError, between

# a heading, the lines up to the first fence that are no heading, and what is in the fence
RECIPE = re.compile(r"^### (.+)\n((?:(?!###|```).*\n)*)```\w*\n((?:(?!```).*\n)*)```$", re.MULTILINE)


def recipes():
    """Each recipe's name and text."""
    found = {name: text for name, _, text in RECIPE.findall(between("<!-- fronts:", "<!-- /fronts -->"))}
    if not found:
        raise LabError("no document has recipes between <!-- fronts: … --> and <!-- /fronts -->")
    return found


def for_mode(recipe, tls):
    """A recipe is written for a Seawall that speaks TLS; for one that does not, it is changed as the README says."""
    if tls:
        return recipe
    kept = [line for line in recipe.splitlines() if not line.endswith("# TLS")]
    return "\n".join(kept).replace("https://127.0.0.1", "http://127.0.0.1") + "\n"


def keys(recipe):
    return dict(line.split("=", 1) for line in recipe.splitlines() if "=" in line)


def with_paths(recipe, paths):
    """The recipe with our files in the place of its; each must be in it."""
    for theirs, ours in paths.items():
        if theirs not in recipe:
            raise LabError(f"{theirs} is not in the recipe any more:\n{recipe}")
        recipe = recipe.replace(theirs, str(ours))
    return recipe
