"""Photos on their way through the steps of a policy, and the random numbers the steps draw."""

from __future__ import annotations

from typing import Any

from pipeline.keras_api import tf


class Draws:
    """Random numbers of one step, one row a photo; the same seed gives the same numbers."""

    def __init__(self, count: Any, seed: Any, rows: Any = None) -> None:
        """Starts a stream of numbers.

        Args:
            count: Photos.
            seed: int32[2].
            rows: int64[k, 1], the photos whose numbers are asked for; None: all.
        """
        self._count, self._seed, self._rows, self._calls = count, seed, rows, 0

    def rows(self, rows: Any) -> Draws:
        """Another stream, for some of the photos only, int64[k, 1]."""
        return Draws(self._count, self.seed(), rows)

    def seed(self) -> Any:
        """The next seed of the stream, int32[2]."""
        self._calls += 1
        return tf.random.fold_in(self._seed, self._calls)

    def uniform(self, low: float, high: float, width: int = 1) -> Any:
        """Evenly distributed numbers in [low, high), float32[n, width]."""
        numbers = tf.random.stateless_uniform([self._count, width], self.seed(), low, high)
        return numbers if self._rows is None else tf.gather_nd(numbers, self._rows)


class Batch:
    """Photos whose moves are gathered and carried out at once, so that they blur only once."""

    def __init__(self, images: Any, motion: Any = None) -> None:
        """Starts with photos.

        Args:
            images: float32[n, H, W, 3] in [0, 255].
            motion: float32[n, 3, 3], output pixel -> input pixel about the center; None: still.
        """
        self._images, self._motion = images, motion

    @property
    def size(self) -> tuple[Any, Any]:
        """Height and width in pixels, float32."""
        shape = tf.cast(tf.shape(self._images), tf.float32)
        return shape[1], shape[2]

    def moved(self, motion: Any) -> Batch:
        """The photos after one more move, float32[n, 3, 3] as in the constructor."""
        return Batch(self._images, motion if self._motion is None else self._motion @ motion)

    def images(self) -> Any:
        """Photos after all moves, float32[n, H, W, 3]; what moves in goes on like the border."""
        if self._motion is None:
            return self._images
        height, width = self.size
        center = tf.stack([(width - 1.0) / 2.0, (height - 1.0) / 2.0])
        to_corner = tf.stack([[1.0, 0.0, center[0]], [0.0, 1.0, center[1]], [0.0, 0.0, 1.0]])
        to_center = tf.stack([[1.0, 0.0, -center[0]], [0.0, 1.0, -center[1]], [0.0, 0.0, 1.0]])
        matrix = to_corner @ self._motion @ to_center
        flat = tf.reshape(matrix / matrix[:, 2:, 2:], [-1, 9])
        return tf.raw_ops.ImageProjectiveTransformV3(
            images=self._images,
            transforms=flat[:, :8],
            output_shape=tf.shape(self._images)[1:3],
            interpolation="BILINEAR",
            fill_mode="NEAREST",
            fill_value=0.0,
        )
