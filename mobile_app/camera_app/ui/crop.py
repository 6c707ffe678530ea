"""A box that fingers move over a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_SIDE: Final = 0.12
"""Shortest side of the box as a share of the picture's."""

WHOLE: Final = (0.0, 0.0, 1.0, 1.0)

Box = tuple[float, float, float, float]
"""Left, upper, right and lower edge as shares of width and height, in [0, 1]."""


@dataclass(frozen=True)
class Grip:
    """What a finger has taken hold of.

    Attributes:
        left: Whether it moves the left edge.
        top: Whether it moves the upper edge.
        right: Whether it moves the right edge.
        bottom: Whether it moves the lower edge.
    """

    left: bool
    top: bool
    right: bool
    bottom: bool

    @property
    def whole(self) -> bool:
        """Whether it moves the box as it is."""
        return not (self.left or self.top or self.right or self.bottom)


def take(box: Box, x: float, y: float, reach_x: float, reach_y: float) -> Grip:
    """Returns what a finger at x and y takes hold of: a corner or edge near it, or all.

    Args:
        box: The box.
        x: Share of the picture's width.
        y: Share of its height, from the upper edge.
        reach_x: How near is near, as a share of the width.
        reach_y: The same of the height.
    """
    left, top, right, bottom = box
    near_left, near_right = abs(x - left) <= reach_x, abs(x - right) <= reach_x
    near_top, near_bottom = abs(y - top) <= reach_y, abs(y - bottom) <= reach_y
    # In a small box a finger is near to both sides; the nearer one counts.
    if near_left and near_right:
        near_left = abs(x - left) < abs(x - right)
        near_right = not near_left
    if near_top and near_bottom:
        near_top = abs(y - top) < abs(y - bottom)
        near_bottom = not near_top
    return Grip(near_left, near_top, near_right, near_bottom)


def drag(box: Box, grip: Grip, dx: float, dy: float) -> Box:
    """Moves what was taken hold of; the box stays inside the picture and large enough."""
    left, top, right, bottom = box
    if grip.whole:
        dx = min(max(dx, -left), 1.0 - right)
        dy = min(max(dy, -top), 1.0 - bottom)
        return left + dx, top + dy, right + dx, bottom + dy
    if grip.left:
        left = min(max(0.0, left + dx), right - LEAST_SIDE)
    if grip.right:
        right = max(min(1.0, right + dx), left + LEAST_SIDE)
    if grip.top:
        top = min(max(0.0, top + dy), bottom - LEAST_SIDE)
    if grip.bottom:
        bottom = max(min(1.0, bottom + dy), top + LEAST_SIDE)
    return left, top, right, bottom
