"""Quantization after training, by litert-quantizer: the only module that calls it.

It works on the float32 file, so one conversion and one measurement of ranges serve all variants
and every choice of layers that stay in float.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any, Final

from export.flatbuffer import glue_in_float, layers, pack, pattern, unpack
from export.variants import Precision, Variant
from export.walks import THREADS, Samples
from pipeline.errors import JewelcapError
from pipeline.quiet import native_output_hidden

Ranges = dict[str, Any]
"""What the quantizer measured of each tensor by its name."""

_BITS: Final = {"int8": 8, "int16": 16, "float16": 16}


def measure_ranges(flatbuffer: bytes, variant: Variant, samples: Samples) -> Ranges:
    """Measures the ranges of activations that a variant needs; nothing where it needs none.

    Args:
        flatbuffer: The float32 file, its layers named.
        variant: What it will be quantized to.
        samples: Inputs of the file's signatures.
    """
    from litert_quantizer.calibrator import CalibrationMode, Calibrator
    from litert_quantizer.quantizer import Quantizer
    from litert_quantizer.recipe_manager import RecipeManager
    from litert_quantizer.utils.qsv_utils import min_max_update

    quantizer = Quantizer(bytearray(flatbuffer))
    _set_recipe(quantizer, variant, flatbuffer)
    if not quantizer.need_calibration:
        return {}
    recipe = RecipeManager()
    recipe.load_quantization_recipe(quantizer.get_quantization_recipe())
    # Its own choice is a moving average, which little more than the last photos decide.
    calibrator = Calibrator(
        bytearray(flatbuffer),
        THREADS,
        CalibrationMode.CALIBRATION_PROFILER_BASED,
        qsv_update_func=min_max_update,
    )
    with _quiet():
        calibrator.calibrate(samples, recipe)
    ranges: Ranges = calibrator.get_model_qsvs()
    return ranges


def quantize(flatbuffer: bytes, variant: Variant, ranges: Ranges) -> bytes:
    """Quantizes a float32 file as a variant says.

    Args:
        flatbuffer: The file, its layers named.
        variant: What to.
        ranges: From `measure_ranges`, of this variant or one without its `kept_float`.

    Raises:
        JewelcapError: The quantizer fails.
    """
    from litert_quantizer.quantizer import Quantizer

    quantizer = Quantizer(bytearray(flatbuffer))
    _set_recipe(quantizer, variant, flatbuffer)
    if not quantizer.get_quantization_recipe():
        return flatbuffer
    with _quiet():
        try:
            result = quantizer.quantize(
                ranges or None, enable_progress_bar=False, enable_progress_report=False
            )
        except Exception as error:  # The quantizer raises bare and own exceptions alike.
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise JewelcapError(f"{variant.name}: quantization failed ({reason})") from None
    model = unpack(bytes(result.quantized_model))
    for signature in model.signatureDefs:
        # Where layers use an output as well, the quantizer gives out what it made for them.
        outputs = [one.tensorIndex for one in signature.outputs]
        model.subgraphs[signature.subgraphIndex].outputs = outputs
    return pack(model)


def _set_recipe(quantizer: Any, variant: Variant, flatbuffer: bytes) -> None:
    from litert_quantizer.qtyping import TFLOperationName as Operation

    # A part all of whose layers stay in float is float throughout.
    quantized = {one.part for one in layers(flatbuffer) if one.name not in variant.kept_float}
    for part, precision in variant.precisions.items():
        if precision.weights != "float32" and part in quantized:
            _add_part(quantizer, f"^{part}[./]", precision)
    if not quantizer.get_quantization_recipe():
        return
    for name in (*variant.kept_float, *glue_in_float(flatbuffer)):
        _keep_float(quantizer, pattern(name), Operation.ALL_SUPPORTED)
    # Photo, token, state and probabilities stay what the runtime knows.
    for operation in (Operation.INPUT, Operation.OUTPUT):
        _keep_float(quantizer, ".*", operation)


def _add_part(quantizer: Any, regex: str, precision: Precision) -> None:
    from litert_quantizer.algorithm_manager import AlgorithmName
    from litert_quantizer.qtyping import TFLOperationName as Operation

    bits = _BITS[precision.weights]
    if precision.static:
        quantizer.add_static_config(
            regex, Operation.ALL_SUPPORTED, _BITS[precision.activations], bits
        )
    elif precision.weights == "float16":
        quantizer.add_weight_only_config(
            regex, Operation.ALL_SUPPORTED, bits, algorithm_key=AlgorithmName.FLOAT_CASTING
        )
    else:
        quantizer.add_dynamic_config(regex, Operation.ALL_SUPPORTED, bits)
    if precision.depthwise_weights == "float32":
        _keep_float(quantizer, regex, Operation.DEPTHWISE_CONV_2D)
    if precision.activations == "int16":
        # Its kernel refuses to run where ranges end at powers of 2, as those of white photos do.
        _keep_float(quantizer, regex, Operation.SUB)


def _keep_float(quantizer: Any, regex: str, operation: Any) -> None:
    from litert_quantizer.algorithm_manager import AlgorithmName

    quantizer.update_quantization_recipe(regex, operation, algorithm_key=AlgorithmName.NO_QUANTIZE)


@contextmanager
def _quiet() -> Iterator[None]:
    """Hides the quantizer's own bars and notices."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with native_output_hidden(), redirect_stderr(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
