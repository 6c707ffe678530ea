"""Necklaces and pendants: laid, hung and on busts."""

from __future__ import annotations

import numpy as np

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.designs.registry import all_vertices
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.forms import displays
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.registry import (
    FRONT,
    Rng,
    Setup,
    display_color,
    drop_of,
    near,
    on_table,
    setup,
    shows,
    spun,
)
from pipeline.catalog.render.staging.supports import in_gift_box, on_support


@shows("necklace laid out", "pendant bar beads", 1.0, "necklace_flat")
def necklace_laid_out(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace on the table."""
    posed = spun(on_table(parts), rng.uniform(-30, 30))
    return setup(posed, "table", rng.uniform(50, 86))


@shows("pendant close", "pendant bar", 2.2, "necklace_flat")
def pendant_close(parts: Parts, rng: Rng) -> Setup:
    """A pendant and the lower chain on the table, the rest beyond the picture."""
    posed = on_table(parts)
    center = drop_of(posed)
    turn = meshes.rotation("z", rng.uniform(-35, 35))
    framed = near(posed, center, rng.uniform(34, 60)) @ turn.T
    return setup(turned(posed, turn), "table", rng.uniform(45, 86), framed=framed)


@shows("necklace hanging", "pendant bar", 3.0, "necklace_hanging", kind="catalog")
def necklace_hanging(parts: Parts, rng: Rng) -> Setup:
    """A hanging chain with its pendant, before a wall or on plain white."""
    framed = near(parts, drop_of(parts), rng.uniform(38, 78)) @ FRONT.T
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return setup(turned(parts, FRONT), surface, rng.uniform(-4, 14), framed=framed)


@shows("chain hanging", "beads", 1.5, "necklace_hanging", kind="catalog")
def chain_hanging(parts: Parts, rng: Rng) -> Setup:
    """The lower bow of a chain or string, hanging."""
    framed = near(parts, drop_of(parts), rng.uniform(60, 88)) @ FRONT.T
    surface = "none" if rng.uniform() < 0.6 else "wall"
    return setup(turned(parts, FRONT), surface, rng.uniform(-4, 14), framed=framed)


@shows("necklace cut out", "beads pendant", 0.5, "necklace_flat", kind="catalog")
def necklace_cut_out(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace on plain white."""
    posed = turned(spun(parts, rng.uniform(-8, 8)), FRONT)
    return setup(posed, "none", rng.uniform(-5, 35))


@shows("on bust", "pendant bar beads", 2.0, "necklace_bust")
def on_bust(parts: Parts, rng: Rng) -> Setup:
    """A necklace around a display bust."""
    points = all_vertices(parts)
    front = points[np.argmin(points[:, 1] + 0.5 * points[:, 2])]
    visible = points[points[:, 1] < 0.0]
    reach = rng.uniform(42, 90)
    framed = visible[np.linalg.norm(visible - front, axis=1) < reach]
    turn = meshes.rotation("z", rng.uniform(-25, 25))
    body = forms.bust().rotated(turn)
    return setup(
        turned(parts, turn),
        "table",
        rng.uniform(0, 22),
        Prop(body, display_color(rng)),
        framed=framed @ turn.T,
    )


@shows("whole on white", "pendant bar beads", 3.0, "necklace_oval", "necklace_u", kind="catalog")
def whole_on_white(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace as a thin oval, U or V on plain white or before a wall."""
    surface = "none" if rng.uniform() < 0.7 else "wall"
    return setup(turned(parts, FRONT), surface, rng.uniform(-3, 25))


@shows("necklace on board", "pendant bar beads", 2.0, "necklace_oval", "necklace_flat",
       "necklace_coiled", "necklace_heaped", "necklace_wave", kind="catalog")  # fmt: skip
def necklace_on_board(parts: Parts, rng: Rng) -> Setup:
    """A whole necklace laid on clean board."""
    return setup(spun(on_table(parts), rng.uniform(-20, 20)), "table", rng.uniform(40, 88))


@shows("necklace strewn", "pendant bar beads", 2.2, "necklace_heaped", "necklace_wave",
       "necklace_coiled")  # fmt: skip
def necklace_strewn(parts: Parts, rng: Rng) -> Setup:
    """A necklace let fall, coiled or waved over the table, whole or around its pendant."""
    posed = on_table(parts)
    turn = meshes.rotation("z", rng.uniform(-60, 60))
    reach = 500.0 if rng.uniform() < 0.6 else rng.uniform(30, 50)
    framed = near(posed, drop_of(posed), reach) @ turn.T
    return setup(turned(posed, turn), "table", rng.uniform(28, 80), framed=framed)


@shows("necklace on bar", "pendant bar beads", 1.4, "necklace_peg")
def necklace_on_bar(parts: Parts, rng: Rng) -> Setup:
    """A necklace hung over the bar of a stand."""
    points = all_vertices(parts)
    thick = float(rng.uniform(2.5, 5.0))
    height = float(np.ptp(points[:, 1])) + rng.uniform(4, 30)
    stand = displays.bar_stand(rng.uniform(50, 130), height, thick)
    hung = turned(parts, FRONT, (0.0, -thick - 1.5, height + thick - float(points[:, 1].max())))
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    reach = 500.0 if rng.uniform() < 0.5 else rng.uniform(30, 60)
    low = all_vertices(hung)[np.argmin(all_vertices(hung)[:, 2])]
    return setup(turned(hung, turn), "table", rng.uniform(0, 25),
                 Prop(stand.rotated(turn), display_color(rng), 0.4, rng.uniform(0.0, 0.5)),
                 framed=near(hung, low, reach) @ turn.T)  # fmt: skip


@shows("necklace in gift box", "pendant bar beads", 1.0, "necklace_coiled", "necklace_heaped")
def necklace_in_gift_box(parts: Parts, rng: Rng) -> Setup:
    """A necklace on the foam of a gift box."""
    return in_gift_box(parts, rng)


@shows("necklace on tray", "pendant bar beads", 1.0, "necklace_coiled", "necklace_heaped",
       "necklace_flat")  # fmt: skip
def necklace_on_tray(parts: Parts, rng: Rng) -> Setup:
    """A necklace on a tray or slab."""
    return on_support(parts, rng)


@shows("necklace in zigzag", "pendant bar beads", 1.0, "necklace_zigzag")
def necklace_in_zigzag(parts: Parts, rng: Rng) -> Setup:
    """A chain laid to and fro on the table."""
    posed = spun(on_table(parts), rng.uniform(-30, 30))
    return setup(posed, "table", rng.uniform(45, 86))


@shows("chains side by side", "beads", 1.4, "necklace_length", kind="catalog")
def chains_side_by_side(parts: Parts, rng: Rng) -> Setup:
    """Two of one chain laid beside each other from corner to corner."""
    apart = float(np.ptp(all_vertices(parts)[:, 1])) * rng.uniform(0.3, 0.7) + rng.uniform(9, 22)
    shift = rng.uniform(-20, 20)
    both = parts + turned(parts, at=(shift, apart, 0.0))
    turn = rng.choice([-1.0, 1.0]) * rng.uniform(30, 65)
    return setup(spun(on_table(both), turn), "table", rng.uniform(55, 88))


@shows("on whole bust", "pendant bar beads", 1.2, "necklace_bust")
def on_whole_bust(parts: Parts, rng: Rng) -> Setup:
    """A necklace on a display bust that is seen whole, with room around it."""
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    bust = forms.bust().rotated(turn)
    framed = np.concatenate([bust.vertices, all_vertices(parts) @ turn.T])
    return setup(turned(parts, turn), "table", rng.uniform(-2, 28),
                 Prop(bust, display_color(rng)), framed=framed)  # fmt: skip
