"""The `jewelcap` command: a table of subcommands whose modules are imported when called."""

from __future__ import annotations

from typing import Any

import click

from pipeline import __version__
from pipeline.errors import JewelcapError
from pipeline.lazy_group import LazyGroup


class RootGroup(LazyGroup):
    """Turns expected failures into one line on standard error and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the subcommand."""
        try:
            return super().invoke(ctx)
        except JewelcapError as error:
            raise click.ClickException(str(error)) from None


@click.group(
    cls=RootGroup,
    lazy={
        "demo": ("benchmarks.demo:demo", "Everything on the embedded catalog, in one go."),
        "catalog": ("pipeline.catalog.commands:catalog", "Import, check and render catalogs."),
        "train": ("pipeline.commands:train", "Train a captioner on a catalog."),
        "sweep": ("pipeline.sweep.command:sweep", "Search the best settings of decoders."),
        "evaluate": (
            "pipeline.evaluate_command:evaluate",
            "Accuracy of a run or a captioner file.",
        ),
        "evaluate-shops": (
            "benchmarks.shops.commands:evaluate_shops",
            "Accuracy on shops that training never saw.",
        ),
        "confidence": (
            "pipeline.calibration.command:confidence",
            "What a captioner's confidences are worth.",
        ),
        "weights": ("pipeline.commands:weights", "Write the encoder's weights of a run."),
        "export": ("export.commands:export", "Make one-file captioners from a run."),
        "export web": (
            "export.web.commands:export_web",
            "A web page of captioners, for any static host.",
        ),
        "serve": ("export.web.commands:serve", "Look at such a page on this computer."),
        "benchmark": ("benchmarks.commands:benchmark", "Measure latency, memory and accuracy."),
        "report": ("benchmarks.commands:report", "Tables and plots of benchmark records."),
        "front": (
            "benchmarks.front.command:front",
            "Train and measure encoders of many sizes.",
        ),
        "reproduce": (
            "benchmarks.reproduce.command:reproduce",
            "Repeat the paper's tables and figures.",
        ),
        "describe": ("mobile_app.describe_command:describe", "Describe photos by a captioner."),
        "app": ("mobile_app.app_command:app", "Open the camera app on this computer."),
        "doctor": (
            "mobile_app.doctor.command:doctor",
            "Find what would go wrong in an Android build.",
        ),
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="jewelcap")
def main() -> None:
    """Jewelry photos in, a captioner for the phone out.

    \b
    Example:
      jewelcap demo
      jewelcap describe photo.jpg --model captioner.tflite
    """
