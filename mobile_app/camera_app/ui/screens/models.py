"""The captioner files: which one describes, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ...library.shelf import Model
from ..kv import load_kv
from ..texts import Texts
from ..texts.model_card import MODEL_CARD_TEXTS
from ..widgets.buttons import PillButton
from ..widgets.rows import Paragraph
from .page import PageScreen


class ModelCard(BoxLayout):
    """One captioner."""

    title = StringProperty()
    facts = StringProperty()
    accuracy = StringProperty()
    license = StringProperty()
    in_use = BooleanProperty(False)
    compared = BooleanProperty(False)

    def offer(self, text: str, call: Callable[[], None], name: str, danger: bool = False) -> None:
        """Adds a button.

        Args:
            text: What it says.
            call: Called when it is touched.
            name: Its id.
            danger: Whether it does what cannot be undone.
        """
        button = PillButton(text=text, danger=danger, raised=True)
        button.bind(on_release=lambda *_: call())
        self.ids.buttons.add_widget(button)
        self.ids[name] = button


class ModelsScreen(PageScreen):
    """Shows captioners and reports touches.

    Events:
        on_act: The arguments are "use", "compare", "remove" or "details", and the captioner's key.
        on_add: A file is to be added.
    """

    __events__ = ("on_act", "on_add")

    def on_act(self, action: str, key: str) -> None:
        """Default handler."""

    def on_add(self) -> None:
        """Default handler."""

    def show(
        self, models: Sequence[Model], used: str, rival: str, texts: Texts, language: str
    ) -> None:
        """Shows captioners.

        Args:
            models: All that there are.
            used: Key of the one in use, or empty.
            rival: Key of the one that it is compared with, or empty.
            texts: The interface.
            language: ISO 639-1 code of that.
        """
        details = MODEL_CARD_TEXTS[language].details
        self.title = texts.models
        self.rows.clear_widgets()
        self.rows.add_widget(Paragraph(text=texts.models_hint))
        for model in models:
            manifest = model.manifest
            card = ModelCard(
                title=model.title,
                facts=f"{manifest.encoder} · {manifest.decoder} · {manifest.variant} · "
                f"{model.size_bytes / 1e6:.1f} MB",
                accuracy=self.accuracy(model, texts),
                license=f"{texts.license}: {manifest.license}",
                in_use=model.key == used,
                compared=model.key == rival,
            )
            if not card.in_use:
                comparing = texts.comparing if card.compared else texts.compare
                card.offer(texts.use, self._act("use", model), "use")
                card.offer(comparing, self._act("compare", model), "compare")
                if model.removable:
                    card.offer(texts.remove, self._act("remove", model), "remove", danger=True)
            card.offer(details, self._act("details", model), "details")
            self.rows.add_widget(card)
        add = PillButton(text=texts.add_model, primary=not models)
        add.bind(on_release=lambda *_: self.dispatch("on_add"))
        self.ids.add = add
        self.rows.add_widget(add)

    @staticmethod
    def accuracy(model: Model, texts: Texts) -> str:
        """Says how often a captioner was right, by level, and of how many photos."""
        measured = [
            f"{texts.levels.get(one.level, one.level)} "
            + texts.accuracy_of.format(percent=round(one.ccr * 100), n=one.n)
            for one in model.manifest.accuracy
        ]
        if model.manifest.provenance.leak or not measured:
            return f"{texts.accuracy}: {texts.no_accuracy}"
        return f"{texts.accuracy}: {' · '.join(measured)}"

    def _act(self, action: str, model: Model) -> Callable[[], None]:
        return lambda: self.dispatch("on_act", action, model.key)


load_kv(__file__)
