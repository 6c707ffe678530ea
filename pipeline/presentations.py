"""How a rendered catalog's photos present their piece: catalog, styled, or worn."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.catalog.rows import read_metadata


def presentations_of(root: Path) -> dict[str, str]:
    """Kind of presentation of a catalog's photos by file name.

    Photos whose row does not tell it, or tells one that the renderer no longer has, are left
    out; so all are, where a catalog is not rendered.
    """
    from pipeline.catalog.render.staging import PRESENTATIONS

    found = {}
    for row in read_metadata(root):
        try:
            params = json.loads(row.get("params", ""))
            presentation = PRESENTATIONS.get(params["presentation"])
        except (ValueError, KeyError, TypeError):
            continue
        if presentation is not None:
            found[row["file_name"]] = presentation.kind
    return found
