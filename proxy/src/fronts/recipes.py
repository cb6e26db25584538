"""The documents' recipes: what the suite runs is what people read."""

import re

from lab import LabError, between

RECIPE = re.compile(r"(?m)^\*\*([^*]+)\*\*[^`*]*(?:`[^`\n]+`[^`*]*)*?\n\n```\w*\n(.*?)^```$", re.DOTALL)


def recipes():
    """Each recipe's name and text."""
    found = dict(RECIPE.findall(between("<!-- fronts:", "<!-- /fronts -->")))
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
