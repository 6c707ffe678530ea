"""Pieces worn on hands, necks and ears."""

from __future__ import annotations

from pipeline.catalog.render import forms, meshes
from pipeline.catalog.render.engine import Prop
from pipeline.catalog.render.parts import Parts, turned
from pipeline.catalog.render.staging.registry import (
    Rng,
    Setup,
    pick,
    setup,
    shows,
)


@shows("ring on finger", "ring", 1.6, kind="worn")
def ring_on_finger(parts: Parts, rng: Rng) -> Setup:
    """A ring worn on a hand that rests on the table."""
    hand = forms.fingers(rng, 8.4)
    turn = meshes.rotation("z", rng.uniform(-40, 40))
    lift = -float(hand.vertices[:, 2].min())
    worn = turned(turned(parts, meshes.rotation("y", rng.uniform(-15, 15))), turn, (0, 0, lift))
    return setup(
        worn,
        "table",
        rng.uniform(30, 65),
        Prop(hand.rotated(turn).moved(z=lift), pick(rng, forms.SKIN)),
    )


@shows("bracelet on wrist", "chain strung bangle cuff", 2.0, "bracelet_round", kind="worn")
def bracelet_on_wrist(parts: Parts, rng: Rng) -> Setup:
    """A bracelet worn on an arm."""
    turn = meshes.rotation("z", rng.uniform(-30, 30))
    arm = forms.wrist(26.5).rotated(turn)
    spin = meshes.rotation("y", 90.0) @ meshes.rotation("z", rng.uniform(-12, 25))
    worn = turned(parts, turn @ spin)
    return setup(worn, "wall", rng.uniform(5, 45), Prop(arm, pick(rng, forms.SKIN)))
