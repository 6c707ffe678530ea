"""Which screen is shown, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from .shell import TABS, Shell


class Navigation:
    """Tabs of the bar, and screens that lie over them."""

    def __init__(self, shell: Shell, on_change: Callable[[str, str], None]) -> None:
        """Joins the shell.

        Args:
            shell: Shows the screens.
            on_change: Called with the screen that was left and the one that is shown now.
        """
        self._shell = shell
        self._on_change = on_change
        self._over: list[str] = []

    @property
    def current(self) -> str:
        """Name of the screen that is shown."""
        return str(self._shell.screens.current)

    def home(self, tab: str) -> None:
        """Shows a tab; what lay over it is gone."""
        self._over.clear()
        self._shell.here = tab
        self._show(tab)

    def open(self, name: str) -> None:
        """Lays a screen over the tab."""
        if name in TABS:
            self.home(name)
            return
        if not self._over or self._over[-1] != name:
            self._over.append(name)
        self._show(name)

    def back(self) -> bool:
        """Takes the uppermost screen away; returns whether there was one, or another tab."""
        if self._over:
            self._over.pop()
            self._show(self._over[-1] if self._over else self._shell.here)
            return True
        if self._shell.here != TABS[0]:
            self.home(TABS[0])
            return True
        return False

    def _show(self, name: str) -> None:
        before = self.current
        if name != before:
            self._shell.screens.current = name
            self._on_change(before, name)
