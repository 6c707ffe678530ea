"""A leave-shops-out record as text, as JSON and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from benchmarks.shops.record import ShopRecord
from benchmarks.shops.statistics import ShopShare
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.files import replacing, write_text
from pipeline.text_tables import text_table

_SHOPS: Final = "#0072B2"
_ALL: Final = "#D55E00"


def write_shops(folder: Path, record: ShopRecord) -> None:
    """Writes `shops.json`, `shops.txt` and `shops.png`."""
    write_text(folder / "shops.json", dump_json(record))
    write_text(folder / "shops.txt", shops_text(record) + "\n")
    with replacing(folder / "shops.png") as partial:
        _plot(partial, record)


def shops_text(record: ShopRecord) -> str:
    """Tables: all shops together, shop by shop, type by type."""
    config = record.config
    extra = f", also trained on {', '.join(config.extra_train)}" if config.extra_train else ""
    head = (
        f"{config.encoder} + {config.decoder}, weights {config.weights}{extra}: "
        f"{len(record.shops)} shops in {len(record.folds)} folds, each tested by a model that saw "
        "none of its photos"
    )
    rows = []
    for score in record.scores:
        rows.append((f"{score.kind}, all shops", *_cells(score.all)))
        if score.without_largest is not None:
            rows.append((f"{score.kind}, without shop 1", *_cells(score.without_largest)))
    together = text_table(
        ("right", "n", "shops", "CCR", "95 % (photos)", "95 % (shops)", "mean of shops", "95 %"),
        rows,
    )
    shops = text_table(
        ("shop", "fold", "n", "type CCR", "95 %", "photos by type"),
        [
            (
                f"shop {shop.number}",
                str(shop.fold),
                str(shop.n),
                f"{shop.ccr:.3f}",
                f"{shop.low:.3f}-{shop.high:.3f}",
                ", ".join(f"{kind} {count}" for kind, count in shop.types.items()),
            )
            for shop in record.shops
        ],
    )
    types = record.confusion.types
    confusions = text_table(
        ("type", "n", *(f"called {name}" for name in types), "precision", "recall", "F1"),
        [
            (
                s.type,
                str(s.n),
                *map(str, row),
                f"{s.precision:.3f}",
                f"{s.recall:.3f}",
                f"{s.f1:.3f}",
            )
            for s, row in zip(record.confusion.scores, record.confusion.confusion, strict=True)
        ],
    )
    left_out = sum(fold.left_out for fold in record.folds)
    note = f"{left_out} near-duplicates of test photos were left out of the folds' trainings"
    return "\n\n".join([head, together, shops, confusions, note])


def _cells(share: ShopShare) -> tuple[str, ...]:
    return (
        str(share.n),
        str(share.shops),
        f"{share.ccr:.4f}",
        f"{share.low:.3f}-{share.high:.3f}",
        f"{share.shops_low:.3f}-{share.shops_high:.3f}",
        f"{share.shop_mean:.4f}",
        f"{share.shop_mean_low:.3f}-{share.shop_mean_high:.3f}",
    )


def _plot(path: Path, record: ShopRecord) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 0.32 * len(record.shops) + 2.8), layout="constrained")
    shops, matrix = figure.subplots(1, 2, width_ratios=(3, 2))
    _plot_shops(shops, record)
    report = record.confusion
    matrix.imshow(report.confusion, cmap="Blues")
    ticks = range(len(report.types))
    matrix.set_xticks(ticks, report.types, rotation=30, ha="right")
    matrix.set_yticks(ticks, report.types)
    top = max(max(row) for row in report.confusion)
    for row, counts in enumerate(report.confusion):
        for column, count in enumerate(counts):
            color = "white" if count > top / 2 else "black"
            matrix.text(column, row, str(count), ha="center", va="center", color=color)
    matrix.set_xlabel("predicted type")
    matrix.set_ylabel("true type")
    figure.suptitle(f"Shops never trained on: {record.config.encoder} + {record.config.decoder}")
    figure.savefig(path, dpi=120, format="png")


def _plot_shops(axes: Any, record: ShopRecord) -> None:
    names, values, ends, colors = [], [], [], []
    score = record.scores[0]
    for label, share in (("all", score.all), ("without shop 1", score.without_largest)):
        if share is not None:
            names.append(f"{label} (n = {share.n})")
            values.append(share.ccr)
            ends.append((share.ccr - share.shops_low, share.shops_high - share.ccr))
            colors.append(_ALL)
    for shop in record.shops:
        names.append(f"shop {shop.number} (n = {shop.n})")
        values.append(shop.ccr)
        ends.append((shop.ccr - shop.low, shop.high - shop.ccr))
        colors.append(_SHOPS)
    places = range(len(names))
    for place, value, end, color in zip(places, values, ends, colors, strict=True):
        # The share lies outside of the percentile interval where shops are few.
        below, above = (max(0.0, one) for one in end)
        axes.errorbar(value, place, xerr=[[below], [above]], fmt="o", color=color, capsize=3)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.02)
    axes.grid(axis="x", alpha=0.3)
    axes.set_xlabel("types right, 95 % interval (orange: of shops; blue: of photos)")
