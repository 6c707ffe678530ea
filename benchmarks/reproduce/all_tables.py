"""All tables in the order in which they are read. A new one is a new entry here."""

from __future__ import annotations

from benchmarks.reproduce.cells import HONEST
from benchmarks.reproduce.detail_tables import (
    attribute_table,
    overlap_table,
    presentation_table,
    sets_table,
)
from benchmarks.reproduce.goals import goal_table
from benchmarks.reproduce.own_tables import (
    captioner_table,
    design_table,
    training_table,
    unseen_table,
)
from benchmarks.reproduce.paper_tables import accuracy_table, type_table
from benchmarks.reproduce.records import Reproduction
from benchmarks.reproduce.tables import Table


def all_tables(record: Reproduction) -> tuple[Table, ...]:
    """All tables that have rows."""
    tables = (
        goal_table(record),
        accuracy_table(
            record,
            "table-1",
            "Table I: classification of types, test CCR",
            "basic",
            ("paper", HONEST, "products"),
        ),
        type_table(record),
        accuracy_table(
            record,
            "table-3",
            "Table III: complete captions, test CCR",
            "complete",
            ("paper", HONEST),
        ),
        captioner_table(record),
        design_table(record),
        unseen_table(record),
        sets_table(record),
        attribute_table(record),
        presentation_table(record),
        overlap_table(record),
        training_table(record),
    )
    return tuple(table for table in tables if table.rows)
