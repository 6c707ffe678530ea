"""Writes what doctor knows of buildozer and python-for-android, by asking them.

Runs in the environment where those two are installed: `table.py OUT.json`.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any


def recipes() -> dict[str, dict[str, Any]]:
    """Every recipe: its version, None where it has none, and whether that is a Git reference."""
    from pythonforandroid.build import Context
    from pythonforandroid.recipe import Recipe

    context = Context()
    context.local_recipes = None
    found = {}
    for name in sorted(Recipe.list_recipes(context), key=str.lower):
        try:
            recipe = Recipe.get_recipe(name, context)
        except Exception as error:
            print(f"left out: {name} ({error})", file=sys.stderr)  # noqa: T201
            continue
        found[name.lower()] = {
            "version": recipe._version,
            "git": str(recipe._url or "").startswith("git+"),
        }
    return found


def spec_keys() -> list[str]:
    """Every key that buildozer's own example or code names."""
    import buildozer

    folder = Path(buildozer.__file__).parent
    example = (folder / "default.spec").read_text(encoding="utf-8")
    keys = set(re.findall(r"^#?\s?([a-z][\w.-]*) =", example, re.MULTILINE))
    pattern = re.compile(r"""['"](?:app|buildozer)['"],\s*['"]([a-z][\w.\-]+)['"]""")
    for module in ("__init__.py", "targets/android.py", "target.py"):
        keys |= set(pattern.findall((folder / module).read_text(encoding="utf-8")))
    return sorted(keys)


def main(out: str) -> None:
    """Writes the table."""
    table = {
        "schema_version": 1,
        "buildozer": version("buildozer"),
        "python_for_android": version("python-for-android"),
        "spec_keys": spec_keys(),
    }
    head = json.dumps(table, indent=1)[:-2]
    rows = (f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in recipes().items())
    # A recipe a line, so that a new release of python-for-android reads well as a difference.
    text = head + ',\n "recipes": {\n' + ",\n".join(rows) + "\n }\n}\n"
    Path(out).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
