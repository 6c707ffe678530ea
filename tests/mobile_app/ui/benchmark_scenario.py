"""What a person does with the benchmark screen, and sees there."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window

from .driver import Customer


async def measure(customer: Customer) -> dict[str, Any]:
    """Without a camera first, then with a drawn picture, sustained, ended, and exported."""
    app, seen = customer.app, {}
    await customer.need(lambda: app.live_screen.caption, "a description")
    customer.dismiss_welcome()
    await customer.rest(0.5)
    await customer.tab("more")
    await customer.tap(customer.screen().ids.benchmark)
    await customer.need(lambda: app.navigation.current == "benchmark", "the benchmark")
    screen, control = app.benchmark.screen, app.benchmark

    async def touch(widget: Any) -> None:
        screen.ids.scroll.scroll_to(widget, animate=False)
        await customer.rest(0.2)
        await customer.tap(widget)

    await customer.shot("begin")
    seen["backends"] = list(screen.backends)
    for _ in range(2):
        await touch(_segment(screen.ids.backends, screen.backends[1]))
    seen["backend"] = screen.backend
    control._source_name = "97"
    await touch(screen.ids.start)
    await customer.need(lambda: screen.note and not screen.running, "a refusal")
    seen["refusal"] = screen.note
    control._source_name = customer.request["source"]
    await customer.shot("refused")
    await touch(_segment(screen.ids.pictures, "photos"))
    await touch(_segment(screen.ids.seconds, "60"))
    await touch(screen.ids.start)
    await customer.need(lambda: screen.running and "pause" in screen.phase.casefold(), "a phase")
    await customer.need(lambda: screen.share > 0.01, "progress")
    await customer.shot("running")
    seen["in_sight"] = [
        0 <= widget.to_window(0, widget.y)[1] <= widget.to_window(0, widget.top)[1] <= Window.height
        for widget in (screen.ids.doing, screen.ids.start)
    ]
    await touch(screen.ids.start)
    await customer.need(lambda: not screen.running, "an end")
    seen["ended"] = [screen.measured, screen.note]
    screen.seconds = "1"
    await touch(screen.ids.start)
    await customer.need(lambda: screen.measured, "figures")
    seen["timings"], seen["others"] = (
        [[row.name, row.figure] for row in reversed(box.children)]
        for box in (screen.ids.timings, screen.ids.others)
    )
    screen.seconds = "0"
    await customer.rest(0.3)
    screen.ids.scroll.scroll_y = 0.0
    await customer.rest(0.3)
    await customer.shot("figures")
    folder = app.services.folder / "benchmarks"
    await touch(screen.ids.export)
    await customer.need(lambda: list(folder.glob("*.json")), "a file")
    await customer.need(lambda: "json" in app.root.ids.line.text, "where the file is")
    seen["line"] = app.root.ids.line.text
    seen["size"] = list(Window.size)
    # Another language says the same figures in other words.
    app.choose("language", "it")
    await customer.rest(0.3)
    seen["italian"] = [row.name for row in reversed(screen.ids.timings.children)]
    await customer.shot("italian")
    app.choose("language", "es")
    app.choose("appearance", "light")
    app.choose("text_size", "largest")
    screen.ids.scroll.scroll_y = 1.0
    await customer.rest(0.3)
    await customer.shot("spanish")
    return seen


def _segment(control: Any, value: str) -> Any:
    return next(segment for segment in control.children if segment.value == value)
