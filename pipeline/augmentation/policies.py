"""Augmentation policies: which steps a training photo goes through, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Policy:
    """An entry of `POLICIES`.

    Attributes:
        name: What `jewelcap train --augmentation` calls it.
        summary: What it is for, in a line.
        steps: In order: a key of `steps.STEPS`, and the share of photos it changes, in (0, 1].
    """

    name: str
    summary: str
    steps: tuple[tuple[str, float], ...]


POLICIES: Final[dict[str, Policy]] = {
    policy.name: policy
    for policy in (
        Policy("none", "photos as they are", ()),
        Policy(
            "light",
            "small moves and changes of light, near to the photo",
            (
                ("scale", 1.0),
                ("rotation", 1.0),
                ("shift", 1.0),
                ("mirror", 0.5),
                ("contrast", 1.0),
                ("exposure", 1.0),
                ("tint", 1.0),
            ),
        ),
        # The paper names the eight and no probabilities; its authors' generator draws all of
        # them for every copy.
        Policy(
            "paper",
            "the eight of Alcalde-Llergo et al., section III-A",
            (
                ("quarter_turn", 1.0),
                ("width_shift", 1.0),
                ("height_shift", 1.0),
                ("shear", 1.0),
                ("zoom", 1.0),
                ("color_shift", 1.0),
                ("flips", 1.0),
                ("brightness", 1.0),
            ),
        ),
        Policy(
            "modern",
            "framing, pose, light and camera of customers' photos; metals keep their color",
            (
                ("resized_crop", 1.0),
                ("perspective", 0.5),
                ("rotation", 0.7),
                ("mirror", 0.5),
                ("contrast", 0.6),
                ("gamma", 0.5),
                ("exposure", 0.7),
                ("saturation", 0.5),
                ("warmth", 0.6),
                ("erasing", 0.3),
                ("blur", 0.3),
                ("noise", 0.3),
                ("jpeg", 0.3),
            ),
        ),
    )
}
"""Policies by name. A new policy is a new entry here."""
