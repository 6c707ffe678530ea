"""The model card of a captioner, in Markdown, from its manifest and the run's records only.

Its sections are those of Mitchell et al., "Model Cards for Model Reporting" (2019), as far as
records answer them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from export.disagreement import changed_captions
from export.parity import ParityReport, few_photos_text
from export.variants import Variant
from mobile_app.camera_app.runtime.bundle import BundleManifest, LevelAccuracy, read_bundle
from pipeline.calibration.text import calibration_text
from pipeline.catalog.protocols import PROTOCOLS
from pipeline.compression.train import read_compression
from pipeline.metrics import wilson_interval
from pipeline.rundir import Run
from pipeline.train import TrainSummary, read_summary

CARD: Final = "card.md"


def card_text(run: Run, variant: Variant, captioner: Path, report: ParityReport) -> str:
    """Writes a card.

    Args:
        run: The run that the captioner is of.
        variant: What it was made into.
        captioner: The finished file.
        report: Its comparison with Keras.
    """
    manifest = read_bundle(captioner).manifest
    summary = read_summary(run)
    sections = [
        f"# {manifest.name}",
        f"Describes jewelry on a photo at the levels {', '.join(manifest.levels)}, in the "
        f"languages {', '.join(manifest.languages)}. Model, vocabulary and manifest are one file.",
        _model(run, variant, manifest, captioner.stat().st_size),
        _training(run, variant, manifest, summary),
        _accuracy(manifest, report),
        _parity(manifest, variant, report, len(run.manifest().of("validation"))),
        _limits(manifest),
        f"## License\n\n{manifest.license}",
    ]
    return "\n\n".join(sections) + "\n"


def _model(run: Run, variant: Variant, manifest: BundleManifest, size_bytes: int) -> str:
    lines = [
        f"- Encoder: {manifest.encoder}, photos of {manifest.preprocess.width} x "
        f"{manifest.preprocess.height} pixels",
        f"- Decoder: {manifest.decoder}",
        f"- Variant: {manifest.variant} ({variant.summary})",
        f"- Size: {size_bytes / 1e6:.2f} MB",
        f"- SHA-256 of the model part: `{manifest.flatbuffer_sha256}`",
        f"- Made by jewelcap {manifest.provenance.code_version}"
        + (f", commit {commit}" if (commit := manifest.provenance.git_commit) else ""),
    ]
    if variant.kept_float:
        lines.append(f"- Layers left in float: {', '.join(variant.kept_float)}")
    return "## Model\n\n" + "\n".join(lines)


def _training(run: Run, variant: Variant, manifest: BundleManifest, summary: TrainSummary) -> str:
    config, origin = run.config().train, manifest.provenance
    counts = ", ".join(f"{count} {side}" for side, count in summary.photos.items())
    lines = [
        f"- Catalog: `{origin.catalog_digest[:16]}` (digest), photos: {counts}",
        f"- Protocol: {origin.protocol}, seed {origin.split_seed}: "
        + (origin.leak or "no photo stands on two sides"),
        f"- First weights of the encoder: {Path(config.weights).name}",
        f"- Epochs: {summary.epochs}, best {summary.best_epoch}, validation loss "
        f"{summary.validation_loss:.4f} nats a token",
    ]
    if config.teacher:
        lines.append(f"- Distilled from {len(config.teacher)} other runs")
    lines += [f"- Also trained on {one.photos} photos of {one.catalog}" for one in summary.extra]
    if summary.negatives:
        lines.append(f"- Taught to say nothing of {len(summary.negatives)} kinds of other things")
    if (technique := variant.technique) is not None:
        then = read_compression(run, technique)
        lines.append(
            f"- Then {technique.summary} ({technique.source}): {then.epochs} epochs on "
            f"{then.train_photos} photos; {then.zeros:.1%} of the encoder's weights are 0"
        )
    return "## Training\n\n" + "\n".join(lines)


def _accuracy(manifest: BundleManifest, report: ParityReport) -> str:
    keras = {one.level: one for one in report.keras_accuracy}
    rows = [(one.level, str(one.n), _ccr(one), _ccr(keras[one.level])) for one in manifest.accuracy]
    table = _table(("level", "n", "this file, CCR [95 %]", "Keras, CCR [95 %]"), rows)
    return (
        "## Accuracy\n\nShare of captions that are exactly right (CCR), with Wilson intervals, on "
        "validation photos. These also chose the epoch; test figures come from "
        f"`jewelcap evaluate`.\n\n{table}"
    )


def _parity(
    manifest: BundleManifest, variant: Variant, report: ParityReport, available: int
) -> str:
    parity, floor = manifest.parity, variant.floor
    captions = parity.n * len(report.accuracy)
    changed = changed_captions(report.disagreements)
    rows = [
        ("relative error of the state", f"{parity.state_error:.4f}", f"<= {floor.state_error}"),
        ("equal tokens", f"{parity.token_agreement:.4f}", f">= {floor.token_agreement}"),
        (
            f"equal of {captions} captions [95 %]",
            _share(parity.caption_agreement, captions),
            f">= {floor.caption_agreement}",
        ),
        (
            f"equal of the {parity.sure_captions} that Keras is sure of [95 %]",
            _share(parity.sure_agreement, parity.sure_captions),
            f">= {floor.sure_agreement}",
        ),
        (
            f"of {captions} captions changed without a doubt of Keras' own [95 %]",
            _share(changed / captions if captions else 0.0, captions),
            f"<= {floor.changed}",
        ),
    ]
    table = _table((f"on {parity.n} validation photos", "measured", "floor"), rows)
    text = f"## Agreement with Keras\n\nShares of captions with Wilson intervals.\n\n{table}"
    if few := few_photos_text(parity.n, available):
        text += f"\n\nThis file was {few}."
    return text


def _share(share: float, n: int) -> str:
    low, high = wilson_interval(round(share * n), n)
    return f"{share:.4f} [{low:.4f}, {high:.4f}]" if n else "none"


def _limits(manifest: BundleManifest) -> str:
    lines = [
        "- It knows the designs, metals and stones of its catalog only, and names the nearest "
        "of them for any other.",
        f"- A caption has at most {manifest.max_length} terms.",
        "- It does not tell real stones and metals from imitations, and is no appraisal.",
    ]
    if set(PROTOCOLS[manifest.provenance.protocol].levels) != set(manifest.levels):
        lines.append("- Levels that its protocol cannot test stand in no table here.")
    calibration = manifest.calibration
    if calibration is None or calibration.detector is None:
        lines.append("- It was shown no pictures without jewelry, and describes those, too.")
    if calibration is not None and (text := calibration_text(calibration)):
        lines += ["", "Confidences, by validation photos:", "", "```", text, "```"]
    return "## Limits\n\n" + "\n".join(lines)


def _ccr(one: LevelAccuracy) -> str:
    return f"{one.ccr:.3f} [{one.low:.3f}, {one.high:.3f}]"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(header)
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
