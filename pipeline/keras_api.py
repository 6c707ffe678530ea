"""The only module that imports TensorFlow and Keras: slow (seconds), so import it late.

TensorFlow Model Optimization works on Keras 2 only, so the whole project uses `tf_keras`.
"""

import os
from typing import Any

# Both are read when TensorFlow is first imported.
os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from pipeline.quiet import native_output_hidden

# TensorFlow tells about graphics cards that nobody asked for.
with native_output_hidden():
    # LiteRT and tensorflow.lite register the same native types; only this order works.
    import ai_edge_litert.interpreter  # noqa: F401
    import tensorflow as tf
    import tf_keras as keras

# Notices for developers of TensorFlow; errors reach us as exceptions.
tf.get_logger().setLevel("ERROR")


def optimization_toolkit() -> Any:
    """TensorFlow Model Optimization, which takes seconds to import and few commands need."""
    with native_output_hidden():
        import tensorflow_model_optimization

    return tensorflow_model_optimization


__all__ = ["keras", "optimization_toolkit", "tf"]
