"""Steadies captions over frames: a vote, so that what is read does not flicker.

Each frame votes for its caption with its confidence; votes fade within a second or two. The
caption that is shown changes only when another one has clearly more votes, and at once when the
picture itself has changed.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..runtime.captioner import Caption
from ..runtime.decode import Floats
from ..runtime.preprocess import Pixels

WINDOW_SECONDS: Final = 1.6
MOST_VOTES: Final = 16
LEAD: Final = 1.3
"""How many times the votes of the shown caption another one needs."""

SCENE_SIDE: Final = 8
SCENE_CHANGE: Final = 34.0
"""Mean difference of two pictures, in gray levels of 255, that makes them two scenes."""

_Key = tuple[str, tuple[object, ...]]


@dataclass(frozen=True)
class _Vote:
    seconds: float
    key: _Key
    caption: Caption


class Steadier:
    """Turns the captions of single frames into one that stands."""

    def __init__(self) -> None:
        """Begins without votes."""
        self._votes: deque[_Vote] = deque(maxlen=MOST_VOTES)
        self._shown: _Key | None = None
        self._alternatives: tuple[Caption, ...] = ()
        self._scene: Floats | None = None

    @property
    def alternatives(self) -> tuple[Caption, ...]:
        """What else it may be; the same for as long as the shown caption stands."""
        return self._alternatives

    def add(
        self, caption: Caption, seconds: float, alternatives: tuple[Caption, ...] = ()
    ) -> Caption:
        """Counts a frame's caption.

        Args:
            caption: Of the newest frame; all frames are asked for the same level.
            seconds: When the frame was described, on any clock that only goes forward.
            alternatives: Of the newest frame, where they were looked for.

        Returns:
            The caption to show: its confidence is the mean of the frames that gave it.
        """
        self._votes.append(_Vote(seconds, (caption.verdict, caption.terms), caption))
        while self._votes[0].seconds < seconds - WINDOW_SECONDS:
            self._votes.popleft()
        weights: dict[_Key, float] = {}
        for vote in self._votes:
            age = (seconds - vote.seconds) / WINDOW_SECONDS
            weight = (0.1 + vote.caption.confidence) * (1.0 - 0.7 * age)
            weights[vote.key] = weights.get(vote.key, 0.0) + weight
        best = max(weights, key=lambda key: weights[key])
        if self._shown not in weights or weights[best] > LEAD * weights[self._shown]:
            self._shown, self._alternatives = best, ()
        if not self._alternatives and self._votes[-1].key == self._shown:
            self._alternatives = alternatives
        votes = [vote.caption for vote in self._votes if vote.key == self._shown]
        confidence = sum(one.confidence for one in votes) / len(votes)
        return replace(votes[-1], confidence=confidence)

    def see(self, pixels: Pixels) -> bool:
        """Looks at a frame before its caption comes.

        Args:
            pixels: uint8[h, w, 3].

        Returns:
            Whether it shows another scene than the one before; all votes are then forgotten.
        """
        rows = np.linspace(0, pixels.shape[0] - 1, 4 * SCENE_SIDE).astype(int)
        columns = np.linspace(0, pixels.shape[1] - 1, 4 * SCENE_SIDE).astype(int)
        sparse = pixels[np.ix_(rows, columns)].astype(np.float32).mean(axis=2)
        scene = sparse.reshape(SCENE_SIDE, 4, SCENE_SIDE, 4).mean(axis=(1, 3))
        changed = self._scene is not None and (
            float(np.abs(scene - self._scene).mean()) > SCENE_CHANGE
        )
        self._scene = scene
        if changed:
            self.forget()
        return changed

    def forget(self) -> None:
        """Forgets all votes: the level or the picture is another."""
        self._votes.clear()
        self._shown, self._alternatives = None, ()
