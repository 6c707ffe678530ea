"""Photo in, caption out: the one entry point of the app, `describe` and the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from .bundle import Bundle, read_bundle
from .confidence import Verdict, reaches
from .decode import Decoded, Encoded, Floats, beam_search, greedy_search
from .errors import BundleError, JewelcapError
from .interpreter import Interpreter, open_interpreter
from .languages import compose, get_language
from .levels import Term
from .preprocess import Pixels, preprocess
from .views import VIEWS


@dataclass(frozen=True)
class Caption:
    """A description of a piece.

    Attributes:
        text: In the language asked for.
        terms: What the text was composed from; none where no caption is given.
        level: Description level of the caption; the one asked for where none is given.
        language: ISO 639-1 code.
        confidence: Probability in [0, 1] that this is right: of the whole caption, where none is
            sure enough of the least detailed one, and of there being no jewelry. Where the
            captioner is not calibrated it is the decoder's own, which promises nothing.
        asked: Level asked for.
        verdict: What became of the question.
    """

    text: str
    terms: tuple[Term, ...]
    level: str
    language: str
    confidence: float
    asked: str
    verdict: Verdict = "answered"


class Captioner:
    """A captioner file ready to describe photos. Use one per thread."""

    def __init__(self, bundle: Bundle, interpreter: Interpreter) -> None:
        """Joins a verified file and the runtime that loaded it; see `open`."""
        self.bundle = bundle
        self.interpreter = interpreter

    @classmethod
    def open(cls, path: Path, threads: int = 1, backend: str | None = None) -> Captioner:
        """Verifies and loads a captioner file; see `open_interpreter`.

        Raises:
            BundleError: The file is not a complete, unaltered captioner.
            JewelcapError: The backend is not there.
        """
        bundle = read_bundle(path)
        interpreter = open_interpreter(path, threads, backend)
        shape = bundle.manifest.feature_shape
        try:
            blank = Encoded(
                np.zeros((1, bundle.manifest.state_size), np.float32),
                np.zeros((1, *shape), np.float32) if shape else None,
            )
            probabilities, _ = interpreter.decode_step(bundle.vocabulary.end_id, blank)
        except (ValueError, RuntimeError):
            raise BundleError(f"{path}: the model's state is not the manifest's") from None
        if len(probabilities) != len(bundle.vocabulary):
            raise BundleError(
                f"{path}: the model knows {len(probabilities)} tokens, its vocabulary "
                f"{len(bundle.vocabulary)}; export it again"
            )
        return cls(bundle, interpreter)

    def encode(
        self, image: Path | bytes | Image.Image | Pixels, views: Sequence[str] = ()
    ) -> Encoded:
        """Preprocesses and encodes a photo.

        Args:
            image: Whatever `preprocess` takes.
            views: Keys of `VIEWS`, each of which costs the encoder's time; none for the photo as
                it is.

        Returns:
            What the decoder starts from; of several views the mean state.

        Raises:
            ImageError: The photo cannot be used.
            JewelcapError: Several views are asked for, and the decoder looks at places of a photo.
        """
        pixels = preprocess(image, self.bundle.manifest.preprocess)
        if not views:
            return self.interpreter.encode(pixels)
        if self.bundle.manifest.feature_shape:
            raise JewelcapError(
                f"{self.bundle.manifest.name}: its decoder, {self.bundle.manifest.decoder}, looks "
                "at places of the photo, which other views move; leave out --view"
            )
        states = [self.interpreter.encode(VIEWS[view](pixels)).copy().state for view in views]
        return Encoded(np.mean(states, axis=0, dtype=np.float32))

    def decode(self, encoded: Encoded, level: str) -> Decoded:
        """Decodes a photo by greedy search.

        Args:
            encoded: From `encode`.
            level: A level of the manifest.

        Raises:
            JewelcapError: The captioner does not have the level.
        """
        vocabulary = self.bundle.vocabulary
        return greedy_search(
            self.interpreter.decode_step,
            encoded,
            vocabulary.start_id(level),
            vocabulary.end_id,
            vocabulary.first_term_id,
            self.bundle.manifest.max_length,
        )

    def describe(
        self,
        image: Path | bytes | Image.Image | Pixels,
        level: str,
        language: str = "en",
        abstain: bool = True,
    ) -> Caption:
        """Describes the piece on a photo.

        Args:
            image: Whatever `preprocess` takes.
            level: The most detailed level to answer at, of those of the manifest.
            language: A key of `LANGUAGES`.
            abstain: Whether a calibrated captioner says less, or nothing, where it is not sure.

        Raises:
            ImageError: The photo cannot be used.
            JewelcapError: The captioner has no such level, or the language is unknown.
        """
        return self.caption(self.encode(image), level, language, abstain)

    def caption(
        self, encoded: Encoded, level: str, language: str = "en", abstain: bool = True
    ) -> Caption:
        """Describes an encoded photo by greedy search; as `describe` otherwise.

        Args:
            encoded: From `encode`.
            level: As `describe`.
            language: A key of `LANGUAGES`.
            abstain: As `describe`.
        """
        caption = self._caption(self.decode(encoded, level), level, language)
        calibration = self.bundle.manifest.calibration
        if not abstain or calibration is None or not caption.terms:
            return caption
        words = get_language(language)
        if (detector := calibration.detector) is not None:
            jewelry = detector.probability(encoded.state)
            if not reaches(jewelry, detector.threshold):
                text, confidence = words.no_jewelry, 1.0 - jewelry
                return Caption(text, (), level, language, confidence, level, "no jewelry")
        levels = self.bundle.manifest.levels
        for less in reversed(levels[: levels.index(level) + 1]):
            if less != level:
                caption = self._caption(self.decode(encoded, less), less, language)
                caption = replace(caption, asked=level)
                if not caption.terms:
                    return caption
                caption = replace(caption, verdict="fallen back")
            known = calibration.of(less)
            if known is None or reaches(caption.confidence, known.threshold):
                return caption
        return Caption(words.not_sure, (), level, language, caption.confidence, level, "not sure")

    def alternatives(
        self, encoded: Encoded, level: str, language: str = "en", width: int = 3
    ) -> tuple[Caption, ...]:
        """Returns up to `width` captions, the most probable ones by beam search, the best first.

        One that says nothing is left out: these are for a person who knows that there is a piece.

        Args:
            encoded: From `encode`.
            level: A level of the manifest.
            language: A key of `LANGUAGES`.
            width: Beam width, at least 1.
        """
        vocabulary = self.bundle.vocabulary
        beams = beam_search(
            self.interpreter.decode_step,
            encoded,
            vocabulary.start_id(level),
            vocabulary.end_id,
            vocabulary.first_term_id,
            self.bundle.manifest.max_length,
            width,
        )
        said = [beam for beam in beams if beam.ids]
        return tuple(map(partial(self._caption, level=level, language=language), said))

    def attention(self, encoded: Encoded, caption: Caption) -> Floats:
        """Where the decoder looked for each term of a caption.

        Args:
            encoded: From `encode`.
            caption: Of that photo.

        Returns:
            float32[terms, R]: how much of each term's look went to each place of the photo, row
            by row; each term's sum is 1.

        Raises:
            JewelcapError: The decoder does not look at places.
        """
        manifest, vocabulary = self.bundle.manifest, self.bundle.vocabulary
        if not manifest.feature_shape:
            raise JewelcapError(
                f"{manifest.name}: its decoder, {manifest.decoder}, does not look at places of the "
                "photo; train with --decoder attention_gru"
            )
        looks: list[Floats] = []
        token = vocabulary.start_id(caption.level)
        for term in vocabulary.encode(caption.terms):
            _, encoded = self.interpreter.decode_step(token, encoded)
            assert encoded.attention is not None
            looks.append(encoded.attention[0])
            token = term
        return np.reshape(looks, (-1, manifest.feature_shape[0])).astype(np.float32)

    def close(self) -> None:
        """Frees the model's memory; see `Interpreter.close`."""
        self.interpreter.close()

    def _caption(self, decoded: Decoded, level: str, language: str) -> Caption:
        terms = self.bundle.vocabulary.decode(decoded.ids)
        calibration = self.bundle.manifest.calibration
        known = calibration.of(level) if calibration is not None else None
        confidence = decoded.confidence
        if known is not None:
            confidence = known.calibrated(confidence)
        if not terms:
            # What training gives pictures without jewelry.
            text = get_language(language).no_jewelry
            return Caption(text, (), level, language, confidence, level, "no jewelry")
        return Caption(compose(terms, language), terms, level, language, confidence, level)
