"""The Java side of Android's cameras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CameraJava:
    """The classes that are used by name.

    Attributes:
        camera: `android.hardware.Camera`.
        info: Its `CameraInfo`.
        surface: `android.graphics.SurfaceTexture`.
        error: What pyjnius raises for Java's exceptions.
        activity: The app's activity.
    """

    camera: Any
    info: Any
    surface: Any
    error: type[Exception]
    activity: Any


def load_camera(
    take: Callable[[Any], None], fail: Callable[[int], None]
) -> tuple[CameraJava, Any, Any]:
    """Finds the classes and makes the callbacks, which only Python's main thread can.

    Args:
        take: Called in a thread of Java with each frame that was asked for, as pyjnius's array of
            bytes, which holds until it returns.
        fail: Likewise, with Android's number of an error that ended the camera.

    Returns:
        The classes, a `Camera.PreviewCallback` and a `Camera.ErrorCallback`.
    """
    from jnius import JavaException, PythonJavaClass, autoclass, java_method

    class PreviewCallback(PythonJavaClass):
        """Hands frames over."""

        __javainterfaces__ = ("android/hardware/Camera$PreviewCallback",)

        @java_method("([BLandroid/hardware/Camera;)V")
        def onPreviewFrame(self, data: Any, camera: Any) -> None:  # noqa: N802 - Java's name
            take(data)

    class ErrorCallback(PythonJavaClass):
        """Hands errors over."""

        __javainterfaces__ = ("android/hardware/Camera$ErrorCallback",)

        @java_method("(ILandroid/hardware/Camera;)V")
        def onError(self, error: int, camera: Any) -> None:  # noqa: N802 - Java's name
            fail(error)

    for name in ("Parameters", "Size"):
        autoclass(f"android.hardware.Camera${name}")
    java = CameraJava(
        camera=autoclass("android.hardware.Camera"),
        info=autoclass("android.hardware.Camera$CameraInfo"),
        surface=autoclass("android.graphics.SurfaceTexture"),
        error=JavaException,
        activity=autoclass("org.kivy.android.PythonActivity").mActivity,
    )
    return java, PreviewCallback(), ErrorCallback()
