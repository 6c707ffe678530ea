"""The page decodes, calibrates and composes as the runtime does."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mobile_app.camera_app.runtime.bundle import Bundle
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.confidence import (
    Calibration,
    JewelryDetector,
    LevelCalibration,
    reaches,
)
from mobile_app.camera_app.runtime.decode import Encoded
from mobile_app.camera_app.runtime.languages import LANGUAGES, compose
from mobile_app.camera_app.runtime.languages.words import FILE, word_list
from mobile_app.camera_app.runtime.levels import KINDS, Term
from mobile_app.camera_app.runtime.schema import to_jsonable
from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from tests.bundles import MANIFEST, RandomInterpreter
from tests.export.web.node import Run

WORDS = Path(__file__).parents[3] / "mobile_app/camera_app/runtime/languages" / FILE
TERMS = (Term("type", "ring"), Term("type", "earring"), Term("material", "gold"))
VOCABULARY = Vocabulary(MANIFEST.levels, TERMS)
LEVELS = VOCABULARY.level_names
SEEDS = range(12)
WIDTH = 4

CAPTIONS = """
const { Captioner } = await import('./captioner.js');
const { parseVocabulary } = await import('./bundle.js');
return Promise.all(data.map(async ({ manifest, vocabulary, table, state }) => {
  const prefixes = [];
  const interpreter = {
    async decodeStep(token, { state: [number] }) {
      const prefix = [...(prefixes[number] ?? []), token];
      prefixes.push(prefix);
      const probabilities = Float32Array.from(table[prefix.join()]);
      return { probabilities, encoded: { state: [prefixes.length - 1], features: null } };
    },
  };
  const read = parseVocabulary(new TextEncoder().encode(vocabulary));
  const captioner = new Captioner({ manifest, vocabulary: read }, interpreter);
  const encoded = { state: [state], features: null };
  const found = {};
  for (const level of manifest.levels) {
    found[level] = {
      caption: await captioner.caption(encoded, level),
      alternatives: await captioner.alternatives(encoded, level, 4),
    };
  }
  return found;
}));
"""


class Table(RandomInterpreter):
    """As its base, but a state that is no number of a prefix is the first one."""

    def decode_step(self, token: int, encoded: Encoded) -> tuple[np.ndarray, Encoded]:
        if encoded.state[0, 0] < 0:
            encoded = Encoded(np.zeros((1, 1), np.float32))
        return super().decode_step(token, encoded)


def table_of(interpreter: Table) -> dict[str, list[float]]:
    """Probabilities after every prefix that decoding can come to."""
    ids = range(VOCABULARY.first_term_id, len(VOCABULARY))
    table = {}
    for level in LEVELS:
        for length in range(len(ids) + 1):
            for terms in itertools.permutations(ids, length):
                prefix = (VOCABULARY.start_id(level), *terms)
                table[",".join(map(str, prefix))] = list(interpreter.unknown(prefix))
    return table


def calibration(seed: int) -> Calibration | None:
    rng = random.Random(seed)
    if seed % 4 == 0:
        return None
    levels = tuple(
        LevelCalibration(name, 9, rng.uniform(0.5, 2.0), rng.random() * 0.5, 5, 4, True, 0.1, 0.1)
        for name in LEVELS[seed % 2 :]
    )
    detector = None
    if seed % 3 == 0:
        detector = JewelryDetector((rng.uniform(-1, 1),), rng.uniform(-1, 1), 0.5, 9, 1, 9, 2, 1)
    return Calibration(0.9, levels, detector)


def test_captions_verdicts_and_alternatives_are_the_runtimes(node: Run) -> None:
    cases, captioners = [], []
    for seed in SEEDS:
        manifest = replace(MANIFEST, max_length=3 - seed % 2, calibration=calibration(seed))
        bundle = Bundle(Path("none"), manifest, VOCABULARY)
        table = Table(seed, len(VOCABULARY))
        captioners.append(Captioner(bundle, table))
        text = VOCABULARY.to_text()
        fields = to_jsonable(manifest)
        state = -1.0 - seed / 8
        cases.append(
            {"manifest": fields, "vocabulary": text, "table": table_of(table), "state": state}
        )
    verdicts = set()
    for captioner, one, found in zip(captioners, cases, node(CAPTIONS, cases), strict=True):
        encoded = Encoded(np.full((1, 1), one["state"], np.float32))
        for level in LEVELS:
            expected = captioner.caption(encoded, level)
            caption = found[level]["caption"]
            verdicts.add(expected.verdict)
            assert caption["verdict"] == expected.verdict
            assert caption["level"] == expected.level
            assert caption["asked"] == expected.asked
            assert caption["terms"] == to_jsonable(expected.terms)
            assert caption["confidence"] == pytest.approx(expected.confidence, abs=1e-9)
            beams = captioner.alternatives(encoded, level, width=WIDTH)
            others = found[level]["alternatives"]
            assert [other["terms"] for other in others] == [to_jsonable(b.terms) for b in beams]
            for other, beam in zip(others, beams, strict=True):
                assert other["confidence"] == pytest.approx(beam.confidence, abs=1e-9)
    assert verdicts == {"answered", "fallen back", "not sure", "no jewelry"}


def test_a_confidence_that_is_the_threshold_but_for_the_last_digits_reaches_it(node: Run) -> None:
    pairs = [(0.7069 + shift, 0.7069) for shift in (-1e-5, -2e-6, -1e-9, 0.0, 1e-9, 1e-5)]
    expected = [False, False, True, True, True, True]
    assert [reaches(*pair) for pair in pairs] == expected
    found = node(
        "const { reaches } = await import('./captioner.js');\n"
        "return data.map(([confidence, threshold]) => reaches(confidence, threshold));",
        pairs,
    )
    assert found == expected


def drawn_terms(seed: int) -> list[Term]:
    """Terms of the word list, in the plural too, and now and then one that it does not have."""
    rng = random.Random(seed)
    words = word_list()
    found = []
    for kind, most in zip(KINDS, (2, 3, 3, 4, 1), strict=True):
        known = [*getattr(words, kind, {}), "Örtüğü 7", "iolita-Blue"]
        for text in rng.sample(known, rng.randint(0, most)):
            noun = getattr(words, kind, {}).get(text)
            plural = getattr(noun, "plural", None)
            found.append(Term(kind, plural if plural and rng.random() < 0.4 else text))
    return found


def test_captions_are_composed_as_by_the_runtime_in_every_language(node: Run) -> None:
    words = word_list()
    each = [[Term(k, t)] for k in KINDS[:4] for t in getattr(words, k)]
    cases = each + [drawn_terms(seed) for seed in range(1000)]
    found = node(
        "const { Composer } = await import('./compose.js');\n"
        "const composer = new Composer(data.words);\n"
        "return data.cases.map((terms) => data.languages.map((l) => composer.compose(terms, l)));",
        {
            "words": to_jsonable(words),
            "cases": to_jsonable(cases),
            "languages": list(LANGUAGES),
        },
    )
    for terms, texts in zip(cases, found, strict=True):
        assert texts == [compose(terms, language) for language in LANGUAGES], terms


def test_every_language_of_the_runtime_is_the_pages(node: Run) -> None:
    assert node("return (await import('./compose.js')).LANGUAGES;") == list(LANGUAGES)


def test_one_odd_frame_does_not_change_the_live_caption(node: Run) -> None:
    shown = node(
        "const { Vote } = await import('./camera.js');\n"
        "const vote = new Vote();\n"
        "return data.map((text) => vote.add(text));",
        ["ring", "ring", "earring", "ring", "bracelet", "earring", "earring", "earring"],
    )
    assert shown == ["ring", "ring", "ring", "ring", "ring", "earring", "earring", "earring"]
