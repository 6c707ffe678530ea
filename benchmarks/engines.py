"""What can be measured: captioner files, and baselines that do the same job another way."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.record import Model
from mobile_app.camera_app.runtime.bundle import read_bundle
from mobile_app.camera_app.runtime.levels import LEVELS
from mobile_app.camera_app.runtime.vocabulary import Vocabulary
from pipeline.decoders import parse_decoder
from pipeline.encoders import parse_encoder
from pipeline.errors import JewelcapError
from pipeline.files import sha256_file
from pipeline.registry import lookup
from pipeline.rundir import DONE, Run


@dataclass(frozen=True)
class EngineEntry:
    """An entry of `ENGINES`.

    Attributes:
        name: Its name.
        module: Module with `open_engine(path, level, threads, delegate) -> Engine`; it is
            imported only in the measured process, and importing it imports the libraries that it
            needs.
        inspect: Describes what is to be measured without loading it.
        delegates: What can run its operations here, the usual one first; empty where it has no
            such choice.
        prepare: Makes what the engine opens in a folder that is not there yet; None where that
            is what the user named.
        missing: Says which packages the engine needs that are not installed; empty for none.
    """

    name: str
    module: str
    inspect: Callable[[Path], Model]
    delegates: tuple[str, ...] = ()
    prepare: Callable[[Contender, Path], Path] | None = None
    missing: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class Contender:
    """Something to measure.

    Attributes:
        engine: A key of `ENGINES`.
        path: A captioner file or a run directory.
        model: What it is.
    """

    engine: str
    path: Path
    model: Model


def _most_detailed(levels: Sequence[str], path: Path) -> str:
    own = [level for level in LEVELS if level in levels]
    if not own:
        raise JewelcapError(f"{path}: has no description level that this jewelcap knows")
    return own[-1]


def _inspect_captioner(path: Path) -> Model:
    manifest = read_bundle(path).manifest
    return Model(
        name=manifest.name,
        encoder=manifest.encoder,
        decoder=manifest.decoder,
        variant=manifest.variant,
        level=_most_detailed(manifest.levels, path),
        sha256=sha256_file(path),
        size_bytes=path.stat().st_size,
    )


def _inspect_run(path: Path, variant: str) -> Model:
    run = Run(path)
    config = run.config().train
    if not (run.train_dir / DONE).is_file():
        raise JewelcapError(f"{path}: training has not ended; call `jewelcap train` again")
    files = [run.train_dir / name for name in ("encoder.npz", "decoder.npz", "vocabulary.txt")]
    try:
        digest = hashlib.sha256("".join(map(sha256_file, files)).encode()).hexdigest()
        size = sum(file.stat().st_size for file in files)
        text = files[-1].read_text(encoding="utf-8")
    except OSError as error:
        raise JewelcapError(f"{error.filename}: cannot be read ({error.strerror})") from None
    vocabulary = Vocabulary.from_text(text.partition("\n")[2])
    return Model(
        name=path.resolve().name,
        encoder=parse_encoder(config.encoder).name,
        decoder=parse_decoder(config.decoder).name,
        variant=variant,
        level=_most_detailed(vocabulary.level_names, path),
        sha256=digest,
        size_bytes=size,
    )


def _prepare_onnx(contender: Contender, folder: Path) -> Path:
    from benchmarks.onnx_convert import convert_run

    return convert_run(contender.path, folder)


def _missing_onnx() -> str:
    needed = ("onnxruntime", "tf2onnx")
    return " and ".join(name for name in needed if importlib.util.find_spec(name) is None)


ENGINES: Final[dict[str, EngineEntry]] = {
    entry.name: entry
    for entry in (
        EngineEntry(
            "captioner", "benchmarks.litert_engine", _inspect_captioner, ("xnnpack", "none")
        ),
        EngineEntry(
            "keras_predict", "benchmarks.baseline", partial(_inspect_run, variant="keras_predict")
        ),
        EngineEntry(
            "keras_graph",
            "benchmarks.baseline_graph",
            partial(_inspect_run, variant="keras_graph"),
        ),
        EngineEntry(
            "onnx",
            "benchmarks.onnx_engine",
            partial(_inspect_run, variant="onnx"),
            prepare=_prepare_onnx,
            missing=_missing_onnx,
        ),
    )
}
"""Ways to run a model on this computer. A new baseline is a new entry here."""

BASELINES: Final = tuple(name for name in ENGINES if name != "captioner")
"""Engines that run the model of a run directory another way than the captioner file."""


def make_contender(engine: str, path: Path) -> Contender:
    """Inspects what is to be measured.

    Raises:
        JewelcapError: The engine is unknown or not installed, or the path holds nothing that it
            runs.
    """
    entry = lookup(ENGINES, engine, "engine")
    if missing := entry.missing():
        raise JewelcapError(
            f"{engine} needs {missing}, not installed here: pip install 'jewelcap[onnx]'"
        )
    return Contender(engine, path, entry.inspect(path))
