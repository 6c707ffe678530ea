"""The parts of a phone together: camera, LiteRT's Java API, the system, and the measuring."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mobile_app.camera_app.device_benchmark import CameraFrames, Setting, measure_device
from mobile_app.camera_app.platform import open_platform
from mobile_app.camera_app.runtime.captioner import Captioner
from mobile_app.camera_app.runtime.device_report import DeviceReport, parse_report
from mobile_app.camera_app.runtime.schema import dump_json
from mobile_app.camera_app.ui.sources.android_camera import AndroidCameraSource
from tests.mobile_app.test_android_camera import Permissions
from tests.mobile_app.test_nv21 import to_nv21
from tests.synthetic import draw_piece

PIECE = ("earring", "yellow gold", "sapphire")


@pytest.fixture
def report(java: Any, tiny_bundle: Path) -> DeviceReport:
    """What a phone without a usable GPU exports after some frames of its camera."""
    phone = java.autoclass("stub.Phone")
    phone.reset()
    phone.thermal = 1
    # As the sensor sees it, lying on its side.
    photo = np.rot90(np.asarray(draw_piece(*PIECE, 3, (480, 640))))
    phone.setFrame(to_nv21(photo))
    java.autoclass("java.lang.System").setProperty("stub.gpu", "unsupported")
    source = AndroidCameraSource(Permissions())  # type: ignore[arg-type]
    frames, texts = CameraFrames(), []
    source.start(frames)
    try:
        shot = frames.fresh()
        for backend in ("litert", "android"):
            captioner = Captioner.open(tiny_bundle, backend=backend)
            texts.append(captioner.describe(shot.photo, "complete", abstain=False))
            captioner.close()
        assert texts[0] == texts[1] and texts[0].text
        return measure_device(
            lambda: Captioner.open(tiny_bundle, 2, "android_gpu"),
            frames,
            open_platform("android"),
            Setting("complete", frames=3, sustained_s=0.2),
            lambda phase, share: None,
            threading.Event(),
        )
    finally:
        source.stop()
        java.autoclass("java.lang.System").clearProperty("stub.gpu")


def test_a_phone_reports_what_it_is_and_what_really_ran(report: DeviceReport) -> None:
    assert (report.phone.manufacturer, report.phone.os) == ("Maker", "Android 15 (API 35)")
    assert report.runtime.name == "LiteRT 1.4.1" and report.runtime.threads == 2
    assert (report.runtime.delegate_asked, report.runtime.delegate_used) == ("gpu", "xnnpack")
    assert "does not support this device's GPU" in report.runtime.delegate_note
    assert (report.frames, report.frame_width, report.frame_height) == ("camera", 480, 640)
    assert report.power.battery_end == 0.8 and report.power.thermal_end == "light"
    assert report.sustained is not None
    assert report.encode is not None and report.encode.n == 3
    assert parse_report(dump_json(report).encode(), "file") == report
