"""Which tool quantizes better: litert-quantizer or TensorFlow's converter, on one trained model.

    python -m benchmarks.quantizers RUN --out benchmarks/results/quantizers

Nothing is fitted or repaired afterwards, so that only the tools differ.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from benchmarks.record_files import public_command
from export.variants import PRECISIONS, VARIANTS, Precision, Variant
from mobile_app.camera_app.runtime.bundle import Parity
from mobile_app.camera_app.runtime.preprocess import Pixels
from mobile_app.camera_app.runtime.schema import dump_json
from pipeline.errors import JewelcapError
from pipeline.files import write_text
from pipeline.provenance import command_line, git_commit
from pipeline.rundir import Run

QUANTIZER: Final = "litert-quantizer"
CONVERTER: Final = "TFLite converter"

NUMBERS: Final = {
    "float16": "16-bit weights",
    "weights": "8-bit weights, all layers",
    "dynamic": "8-bit weights, depthwise in float",
    "int8": "8 bits throughout",
    "int8_depthwise_float": "8 bits, depthwise in float",
    "int16x8": "8-bit weights, 16-bit activations",
}
"""What is quantized to, by name. The second and the fifth only one of the tools can do."""


@dataclass(frozen=True)
class QuantizerRow:
    """One file.

    Attributes:
        numbers: A key of `NUMBERS`.
        tool: `QUANTIZER` or `CONVERTER`.
        size_bytes: Of the model, without manifest.
        parity: Agreement with Keras; None where it could not be made.
        reason: Why it could not.
    """

    numbers: str
    tool: str
    size_bytes: int = 0
    parity: Parity | None = None
    reason: str = ""


@dataclass(frozen=True)
class QuantizerRecord:
    """All of them.

    Attributes:
        rows: By numbers, then by tool.
        run: Name of the run.
        encoder: Its encoder.
        decoder: Its decoder.
        versions: Of both tools.
        command: The command that made this record.
        git_commit: Code that made it; empty outside a checkout.
        schema_version: Version of this form.
    """

    rows: tuple[QuantizerRow, ...]
    run: str
    encoder: str
    decoder: str
    versions: dict[str, str]
    command: str
    git_commit: str
    schema_version: int = 1


def compare_quantizers(
    run: Run, root: Path, calibration_photos: int, parity_photos: int
) -> QuantizerRecord:
    """Quantizes a run's model by both tools in every way that they know.

    Args:
        run: A trained run.
        root: Folder of its catalog.
        calibration_photos: Training photos for ranges of activations.
        parity_photos: Validation photos that are compared with Keras.
    """
    from export.convert import CONVERTER_NUMBERS, convert_by_converter, convert_float, ranges_of
    from export.exporter import measure_parity, open_workbench
    from export.flatbuffer import layers
    from export.quantize import quantize

    bench = open_workbench(run, VARIANTS["float32"], root, calibration_photos, parity_photos)
    model = bench.model
    exact = convert_float(model)
    depthwise = tuple(one.name for one in layers(exact) if one.operator == "DEPTHWISE_CONV_2D")
    # Read once; there are as many passes as files.
    photos = list(bench.calibration())

    def calibration() -> Iterator[Pixels]:
        return iter(photos)

    def by_quantizer(numbers: str) -> bytes:
        variant = _variant(numbers, depthwise)
        return quantize(exact, variant, ranges_of(model, exact, variant, calibration))

    def by_converter(numbers: str) -> bytes:
        return convert_by_converter(model, numbers, calibration)

    def row(numbers: str, tool: str, make: Callable[[str], bytes]) -> QuantizerRow:
        click.echo(f"{NUMBERS[numbers]} by {tool}", err=True)
        try:
            flatbuffer = make(numbers)
        except JewelcapError as error:
            return QuantizerRow(numbers, tool, reason=str(error))
        with tempfile.TemporaryDirectory(prefix="jewelcap-") as folder:
            path = Path(folder) / "model.tflite"
            path.write_bytes(flatbuffer)
            parity = measure_parity(bench, path).parity
        return QuantizerRow(numbers, tool, len(flatbuffer), parity)

    rows = []
    for numbers in NUMBERS:
        rows.append(row(numbers, QUANTIZER, by_quantizer))
        if numbers in CONVERTER_NUMBERS:
            rows.append(row(numbers, CONVERTER, by_converter))
    return QuantizerRecord(
        tuple(rows),
        run.root.resolve().name,
        model.encoder_spec.name,
        model.decoder_spec.name,
        {QUANTIZER: version("litert-quantizer"), CONVERTER: version("tensorflow")},
        public_command(command_line()),
        git_commit(),
    )


def quantizers_page(record: QuantizerRecord) -> str:
    """A record as a table in Markdown."""
    n = next((one.parity.n for one in record.rows if one.parity), 0)
    tools = ", ".join(f"{name} {number}" for name, number in record.versions.items())
    lines = [
        f"# Quantizers on {record.encoder} + {record.decoder}",
        "",
        f"{tools}; agreement with Keras on {n} validation photos, before the decoder is fitted to "
        "the encoder.",
        "",
        "| numbers | tool | MB | state error | tokens equal | captions equal |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for one in record.rows:
        if one.parity is None:
            figures = [one.reason, "", "", ""]
        else:
            figures = [
                f"{one.size_bytes / 1e6:.2f}",
                f"{one.parity.state_error:.4f}",
                f"{one.parity.token_agreement:.4f}",
                f"{one.parity.caption_agreement:.4f}",
            ]
        lines.append(f"| {' | '.join([NUMBERS[one.numbers], one.tool, *figures])} |")
    commit = f", commit {record.git_commit}" if record.git_commit else ""
    lines += ["", f"Made by `{record.command}`{commit}."]
    return "\n".join(lines) + "\n"


def _variant(numbers: str, depthwise: tuple[str, ...]) -> Variant:
    if numbers == "weights":
        every = Precision("weights", "int8", "float32")
        return replace(VARIANTS["dynamic"], encoder=every, decoder=every)
    precision = PRECISIONS["int8" if numbers == "int8_depthwise_float" else numbers]
    kept = depthwise if numbers == "int8_depthwise_float" else ()
    return replace(VARIANTS["int8"], encoder=precision, decoder=precision, kept_float=kept)


@click.command()
@click.argument("run_path", metavar="RUN", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--catalog", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--calibration-photos", default=100, show_default=True, type=click.IntRange(1))
@click.option("--parity-photos", default=100, show_default=True, type=click.IntRange(1))
def main(
    run_path: Path, out: Path, catalog: Path | None, calibration_photos: int, parity_photos: int
) -> None:
    """Compare the tools on the model of RUN."""
    run = Run(run_path)
    try:
        root = catalog or Path(run.config().catalog)
        record = compare_quantizers(run, root, calibration_photos, parity_photos)
        write_text(out / "quantizers.json", dump_json(record))
        write_text(out / "quantizers.md", quantizers_page(record))
    except JewelcapError as error:
        raise click.ClickException(str(error)) from None
    click.echo(quantizers_page(record))


if __name__ == "__main__":
    main()
