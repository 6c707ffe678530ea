"""What customers do; each returns what they saw."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

from kivy.core.window import Window
from kivy.uix.behaviors import ButtonBehavior

from .driver import Customer

LEFT, SPACE = 276, 32


async def _begin(customer: Customer) -> None:
    """Reads the welcome and waits for the first description."""
    app = customer.app
    welcome = await customer.need(customer.over, "a welcome")
    await customer.rest(0.5)
    await customer.shot("welcome")
    await customer.tap(welcome.ids.begin)
    await customer.need(lambda: app.live_screen.caption, "a description")


async def first_minutes(customer: Customer) -> dict[str, Any]:
    """Photos of a folder, their levels, holding one, correcting it, finding it again."""
    app, seen = customer.app, {}
    await _begin(customer)
    live = app.live_screen
    seen["first"], seen["title"] = live.caption, live.title
    await customer.tap(live.ids.picture)
    seen["frozen"] = live.frozen
    seen["captions"], seen["sizes"] = {}, []
    for segment in reversed(live.ids.levels.children):
        await customer.tap(segment)
        await customer.need(lambda: live.caption and live.description.tone != "idle", "words")
        await customer.rest(0.4)
        seen["captions"][live.level] = live.caption
        seen["sizes"].append(list(segment.size))
    seen["alternatives"] = [said.text for said in live.description.alternatives]
    seen["percent"] = round(live.description.confidence * 100)
    await customer.shot("held")
    await customer.need(lambda: len(app.services.history) == 1, "an entry")

    await customer.tap(customer.find("wrong"))
    await customer.need(lambda: app.navigation.current == "correct", "the correction")
    await customer.shot("correct")
    seen["words"] = sorted(chip.text for chip in app.history.correct._boxes["stone"].children)
    await customer.reveal(app.history.correct.ids.scroll, "diamonds")
    await customer.tap(customer.find("diamonds"))
    app.history.correct._fields["color"].text = "pink"
    app.history.correct.ids.scroll.scroll_y = 0.0
    await customer.rest(0.3)
    await customer.tap(app.history.correct.ids.save)
    await customer.need(lambda: app.navigation.current == "live", "the way back")
    seen["line"] = app.root.ids.line.text

    await customer.tap(live.ids.picture)
    await customer.tap(live.ids.next)
    await customer.need(lambda: live.title.endswith("other.png") and live.caption, "a photo")
    seen["next"], seen["notice"] = live.caption, app.root.ids.line.text
    await customer.tab("history")
    rows = await customer.need(lambda: app.history.list.ids.list.data, "rows")
    seen["rows"] = [row["title"] for row in rows]
    await customer.shot("history")
    app.history.list.ids.search.text = "pink ring"
    await customer.rest(0.8)
    seen["found"] = [row["title"] for row in app.history.list.ids.list.data]
    app.history.list.ids.search.text = "bracelet"
    await customer.rest(0.8)
    seen["not_found"] = [row["title"] for row in app.history.list.ids.list.data]
    app.history.list.ids.search.text = ""
    await customer.need(lambda: app.history.list.ids.list.data, "all rows")
    await customer.tap(customer.find("menu"))
    menu = await customer.need(customer.over, "a menu")
    await customer.rest(0.4)
    await customer.shot("menu")
    await customer.tap(customer.find(app.texts.export_corrections, menu))
    await customer.need(lambda: "corrections" in app.root.ids.line.text, "an export")
    await customer.rest(0.3)
    row = next(w for w in app.history.list.walk() if type(w).__name__ == "HistoryRow")
    seen["thumbnail"] = row.texture is not None
    await customer.tap(row)
    await customer.need(lambda: app.navigation.current == "entry", "the entry")
    await customer.shot("entry")
    seen["entry"], seen["note"] = app.history.entry.description.caption, app.history.entry.note
    await customer.tap(customer.find("delete"))
    await customer.need(lambda: app.navigation.current == "history", "the list")
    await customer.need(lambda: app.root.ids.line.text == app.texts.deleted, "a line")
    seen["left"] = len(app.services.history)
    await customer.tab("live")
    live.dispatch("on_step", 1)
    Window.dispatch("on_key_down", LEFT, 0, None, [])
    await customer.need(lambda: live.title.endswith("first.png") and live.caption, "a photo")
    Window.dispatch("on_key_down", ord("1"), 0, None, [])
    Window.dispatch("on_key_down", SPACE, 0, None, [])
    seen["key_level"], seen["key_frozen"] = live.level, live.frozen
    return seen


async def settings_tour(customer: Customer) -> dict[str, Any]:
    """Every screen in every language, dark and light, in large letters; where words do not fit."""
    app, seen = customer.app, {"faults": [], "titles": {}, "checked": 0}
    await _begin(customer)
    await customer.tap(app.live_screen.ids.picture)
    await customer.need(lambda: len(app.services.history), "an entry")
    app.open_photo(Path(customer.request["source"]) / "first.png")
    await customer.need(lambda: app.photo_screen.caption, "a description")
    await customer.tab("more")
    for language, size, dark in (
        ("en", "normal", True),
        ("es", "largest", False),
        ("it", "large", True),
        ("it", "largest", False),
    ):
        for name, value in (
            ("language", language),
            ("text_size", size),
            ("appearance", "dark" if dark else "light"),
            ("high_contrast", size == "large"),
        ):
            app.choose(name, value)
        seen["titles"][language] = app.settings_screen.title
        for name in ("live", "photo", "history", "more", "models", "about", "entry", "correct"):
            await _go(customer, name)
            await customer.rest(0.35)
            await customer.shot(f"{language}-{size}-{name}")
            faults, checked = _faults(app)
            seen["faults"] += [f"{language} {size} {name}: {fault}" for fault in faults]
            seen["checked"] += checked
    seen["caption"] = app.live_screen.caption
    return seen


async def _go(customer: Customer, name: str) -> None:
    app = customer.app
    if name in ("live", "photo", "history", "more"):
        app.navigation.home(name)
    elif name in ("models", "about"):
        app.open_page(name)
    else:
        entry = app.services.history.search()[0]
        if name == "entry":
            app.history.open(entry.id)
        else:
            app.history.ask(entry)
    wanted = {"about": "text"}.get(name, name)
    await customer.need(lambda: app.navigation.current == wanted, name)


def _faults(app: Any) -> tuple[list[str], int]:
    """Words that are cut off, and touch targets that are too small or out of reach."""
    faults, checked = [], 0
    screen = app.root.screens.current_screen
    for root in (screen, app.root.ids.bar):
        for widget in root.walk(restrict=True):
            if widget.opacity == 0 or widget.width <= 0 or widget.height <= 0:
                continue
            x, _ = widget.to_window(*widget.pos)
            if x < -500 or any(parent.opacity == 0 for parent in _parents(widget)):
                continue
            text = getattr(widget, "text", "")
            name = f"{type(widget).__name__} {text!r}"
            checked += 1
            if text and not getattr(widget, "shorten", False) and hasattr(widget, "texture_size"):
                width, height = widget.texture_size
                if width > widget.width + 1 or height > widget.height + 1:
                    faults.append(f"{name} needs {width}x{height} of {list(widget.size)}")
            if text and x + widget.width > Window.width + 1:
                faults.append(f"{name} ends at {x + widget.width:.0f} of {Window.width}")
            small = min(widget.size) < 48 and not widget.disabled
            if isinstance(widget, ButtonBehavior) and small:
                faults.append(f"{name} is {list(map(round, widget.size))}: less than 48 dp")
    return faults, checked


def _parents(widget: Any) -> list[Any]:
    found = []
    while widget.parent is not None and widget.parent is not widget:
        widget = widget.parent
        found.append(widget)
        if not hasattr(widget, "opacity"):
            return found[:-1]
    return found


async def photo_and_crop(customer: Customer) -> dict[str, Any]:
    """A photo chosen in the app's own chooser, cropped by fingers; then a damaged one dropped."""
    app, seen = customer.app, {}
    await _begin(customer)
    await customer.tab("photo")
    await customer.shot("empty")
    app.pages.chooser.folder = Path(customer.request["source"])
    await customer.tap(app.photo_screen.ids.choose)
    await customer.need(lambda: app.navigation.current == "chooser", "the chooser")
    await customer.shot("chooser")
    await customer.rest(0.4)
    await customer.tap(await customer.need(lambda: customer.find("other.png"), "a file"))
    await customer.need(lambda: app.photo_screen.caption, "a description")
    seen["caption"] = app.photo_screen.caption
    await customer.shot("photo")
    await customer.tap(customer.find("crop"))
    await customer.rest(0.3)
    crop = app.photo_screen.ids.crop
    left, bottom, right, _ = crop.edges
    start = crop.to_window(left, bottom)
    await customer.drag(start, (start[0] + (right - left) * 0.3, start[1] + 40))
    seen["box"] = list(crop.box)
    await customer.shot("crop")
    await customer.tap(app.photo_screen.ids.cropped)
    await customer.need(lambda: app.photo_screen.caption, "a description")
    seen["size"] = list(app.photo_screen.ids.picture.texture.size)
    source = Path(customer.request["source"])
    Window.dispatch("on_drop_file", str(source / "mangled.png").encode(), 0, 0)
    await customer.need(lambda: app.photo_screen.problem.heading, "a problem")
    await customer.shot("damaged")
    seen["heading"] = app.photo_screen.problem.heading
    seen["detail"] = app.photo_screen.problem.detail
    Window.dispatch("on_drop_file", str(source / "first.png").encode(), 0, 0)
    await customer.need(lambda: app.photo_screen.caption, "a description")
    seen["after"] = app.photo_screen.caption
    seen["problem_gone"] = not app.photo_screen.problem.heading
    return seen


async def video(customer: Customer) -> dict[str, Any]:
    """A moving picture, held by a touch: what stands still, and what is said of it."""
    live = customer.app.live_screen
    await _begin(customer)
    await customer.shot("live")
    await customer.tap(live.ids.picture)
    await customer.rest(0.3)
    seen: dict[str, Any] = {"frozen": live.frozen, "steps": live.steps, "guide": live.guide_share}
    texture = live.ids.picture.texture
    seen["size"], seen["caption"] = list(texture.size), live.caption
    seen["view"] = list(live.ids.picture.size)
    frozen = texture.pixels
    await customer.rest(0.3)
    seen["stands"] = live.ids.picture.texture.pixels == frozen
    await customer.tab("more")
    await customer.tab("live")
    seen["still_stands"] = live.frozen and live.ids.picture.texture.pixels == frozen
    await customer.tap(live.ids.picture)
    seen["moves"] = await customer.until(lambda: live.ids.picture.texture.pixels != frozen)
    return seen


async def no_camera(customer: Customer) -> dict[str, Any]:
    """No camera: what is said, another try, and photos as a way on."""
    app, problem = customer.app, customer.app.live_screen.problem
    customer.dismiss_welcome()
    await customer.need(lambda: problem.heading, "a problem")
    await customer.shot("no-camera")
    seen = {"heading": problem.heading, "message": problem.message, "detail": problem.detail}
    await customer.tap(customer.find(app.texts.retry))
    seen["again"] = bool(await customer.until(lambda: problem.heading))
    await customer.tap(customer.find(app.texts.look_at_photos))
    await customer.need(lambda: app.navigation.current == "chooser", "the chooser")
    Window.dispatch("on_keyboard", 27, 0, None, [])
    seen["back"] = app.navigation.current
    return seen


async def no_model(customer: Customer) -> dict[str, Any]:
    """No captioner: what is said; then one is added and used."""
    app, problem = customer.app, customer.app.live_screen.problem
    await customer.need(lambda: problem.heading, "a problem")
    customer.dismiss_welcome()
    await customer.rest()
    await customer.shot("no-model")
    seen = {"heading": problem.heading, "detail": problem.detail}
    if "repair" in customer.request:
        await customer.tap(customer.find(app.texts.open_models))
        await customer.need(lambda: app.navigation.current == "models", "the captioners")
        Window.dispatch("on_drop_file", customer.request["repair"].encode(), 0, 0)
        await customer.need(lambda: app.services.model, "a captioner")
        await customer.rest()
        await customer.shot("models")
        await customer.tab("live")
        seen["caption"] = await customer.need(lambda: app.live_screen.caption, "a description")
    return seen


async def shipped(customer: Customer) -> dict[str, Any]:
    """No file is named: the embedded captioner is used, and says what it can do and what not."""
    app = customer.app
    await _begin(customer)
    seen: dict[str, Any] = {"caption": app.live_screen.caption}
    await customer.tab("more")
    await customer.reveal(customer.screen().ids.scroll, app.texts.about)
    await customer.tap(customer.find(app.texts.about))
    await customer.need(lambda: app.navigation.current == "text", "a page")
    seen["about"] = [getattr(row, "text", "") for row in reversed(app.pages.text.rows.children)]
    await customer.rest()
    await customer.shot("about")
    app.open_page("models")
    await customer.rest()
    seen["removable"] = customer.find(app.texts.remove) is not None
    await customer.tap(customer.find("Details"))
    await customer.need(lambda: app.navigation.current == "text", "its card")
    seen["card"] = app.pages.text.title
    Window.dispatch("on_keyboard", 27, 0, None, [])
    seen["back"] = app.navigation.current
    return seen


class _Picking:
    """A system whose picker gives at once what it has."""

    def __init__(self, platform: Any, answers: dict[str, Any]) -> None:
        self._platform, self._answers = platform, answers
        self.actions = frozenset({"pick"})
        self.folders: list[Path] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)

    def pick(self, kind: str, folder: Path, on_picked: Any) -> None:
        """See `Platform.pick`."""
        assert folder.is_dir() and not list(folder.iterdir()), "copies pile up"
        answer = self._answers[kind]
        if isinstance(answer, Path):
            answer = Path(shutil.copyfile(answer, folder / kind))
        on_picked(answer)


async def system_picker(customer: Customer) -> dict[str, Any]:
    """Photos and captioners from the system's picker: good ones, foreign ones, none."""
    app, source = customer.app, Path(customer.request["source"])
    await _begin(customer)
    answers: dict[str, Any] = {"photo": source / "other.png", "captioner": source / "first.png"}
    app.services.platform = _Picking(app.services.platform, answers)
    line = app.root.ids.line
    seen: dict[str, Any] = {}
    await customer.tab("photo")
    await customer.tap(app.photo_screen.ids.choose)
    await customer.need(lambda: app.photo_screen.caption, "a description")
    seen["caption"] = app.photo_screen.caption
    app.open_page("models")
    await customer.rest()
    await customer.tap(customer.find(app.texts.add_model))
    await customer.need(lambda: app.texts.model_refused in line.text, "a refusal")
    seen["refusal"], line.text = line.text, ""
    from mobile_app.camera_app.runtime.errors import JewelcapError

    answers["captioner"] = JewelcapError("The chosen file has more than 200 MB.")
    await customer.tap(customer.find(app.texts.add_model))
    await customer.need(lambda: line.text, "another refusal")
    seen["too_long"] = line.text
    answers["captioner"] = None
    await customer.tap(customer.find(app.texts.add_model))
    seen["used"] = app.services.model.title
    answers["captioner"] = Path(customer.request["good_model"])
    await customer.tap(customer.find(app.texts.add_model))
    await customer.need(lambda: app.services.model.title != seen["used"], "another captioner")
    seen["added"] = app.services.model.title
    seen["screen"] = app.navigation.current
    return seen


async def chaos(customer: Customer) -> dict[str, Any]:
    """Everything goes wrong while it looks: files, models, space, code, the camera."""
    app, live = customer.app, customer.app.live_screen
    request = customer.request
    await _begin(customer)
    used = app.services.model.key
    seen: dict[str, Any] = {"lines": []}

    async def line(what: str) -> None:
        said = app.root.ids.line
        await customer.need(lambda: said.text and said.text != app.texts.trying, what)
        await customer.rest(0.2)
        seen["lines"].append(app.root.ids.line.text)
        app.root.ids.line.text = ""

    for path in request["bad_models"]:
        app.models.add(Path(path))
        app.root.ids.line.text = ""
        await line(path)
        assert app.services.model.key == used
    app.models.add(Path(request["good_model"]))
    await customer.need(lambda: app.services.model.key != used, "another captioner")
    seen["added"] = app.services.model.title
    seen["level"] = live.level
    seen["levels"] = list(live.levels)
    await customer.need(lambda: live.caption, "a description by the new captioner")
    seen["caption"] = live.caption
    app.open_page("models")
    await customer.rest()
    await customer.tap(await customer.need(lambda: customer.find(app.texts.compare), "a button"))
    await customer.need(lambda: app.services.rival, "a comparison")
    app.navigation.home("live")
    compared = await customer.need(lambda: live.description.compared, "two captions")
    seen["compared"] = [said.label.split(" · ")[0] for said in compared]
    await customer.shot("compared")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    app.services.history.add = full
    app.root.ids.line.text = ""
    await customer.tap(live.ids.picture)
    await line("a full disk")
    await customer.tap(live.ids.picture)

    captioner = app.services.worker._captioner
    encode = captioner.encode
    captioner.encode = lambda *_: (_ for _ in ()).throw(MemoryError())
    app.open_photo(Path(request["source"]))
    await line("no memory")
    captioner.encode = encode
    app.navigation.home("live")
    await customer.rest(0.5)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("nobody expected this")

    from kivy.clock import Clock

    app.root.ids.line.text = ""
    Clock.schedule_once(broken)
    await line("an exception")
    seen["screen"] = app.navigation.current
    await asyncio.sleep(0.2)
    app.live._source._stopping = True
    app.live.source_failed("The camera stopped sending pictures.", "stopped")
    await customer.need(lambda: live.problem.heading, "a problem")
    seen["problem"] = live.problem.heading
    await customer.tap(customer.find(app.texts.retry))
    seen["goes_on"] = await customer.until(lambda: live.ids.picture.texture is not None)
    return seen
