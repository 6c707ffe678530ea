"""Which items belong together, when pairs that do are named one after another."""

from __future__ import annotations

from array import array


class Clusters:
    """Disjoint sets of the numbers below a size."""

    def __init__(self, size: int) -> None:
        """Starts with each number on its own."""
        self._parents = array("q", range(size))

    def _root(self, index: int) -> int:
        while self._parents[index] != index:
            self._parents[index] = self._parents[self._parents[index]]
            index = self._parents[index]
        return index

    def join(self, a: int, b: int) -> None:
        """Puts the clusters of two numbers together."""
        roots = self._root(a), self._root(b)
        self._parents[max(roots)] = min(roots)

    def members(self) -> list[list[int]]:
        """All clusters, each in ascending order, ordered by their first number."""
        found: dict[int, list[int]] = {}
        for index in range(len(self._parents)):
            found.setdefault(self._root(index), []).append(index)
        return list(found.values())
