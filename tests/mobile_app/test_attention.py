from __future__ import annotations

import numpy as np
import pytest

from mobile_app.camera_app.runtime.attention import draw_attention, light_up

GRAY = np.full((1, 60, 60, 3), 200, np.uint8)


def quarters(pixels: np.ndarray) -> list[float]:
    """Mean brightness of the corners of a picture, row by row."""
    near, far = slice(5, 15), slice(-15, -5)
    return [float(pixels[rows, columns].mean()) for rows in (near, far) for columns in (near, far)]


@pytest.mark.parametrize("place", range(4))
def test_the_photo_is_bright_where_the_decoder_looked(place: int) -> None:
    lit = np.asarray(light_up(GRAY, np.eye(4, dtype=np.float32)[place]))
    assert (lit.shape, lit.dtype) == ((60, 60, 3), np.uint8)
    bright = quarters(lit)
    assert int(np.argmax(bright)) == place
    assert bright[place] > 170.0
    assert max(bright[:place] + bright[place + 1 :]) < 60.0


@pytest.mark.parametrize("share", [1.0, 1 / 49, 0.0])
def test_a_look_at_all_places_alike_leaves_the_photo_evenly_lit(share: float) -> None:
    lit = np.asarray(light_up(GRAY, np.full(49, share, np.float32)))
    assert np.ptp(lit) <= 1
    assert lit.max() >= 199 if share else lit.max() < 40


def test_each_term_has_a_panel_behind_the_photo() -> None:
    weights = np.eye(4, dtype=np.float32)
    labels = ["Alba ring", "Alba", "white gold", "ring", "a label that is far too long for it"]
    sheet = draw_attention(GRAY, weights, labels)
    one = draw_attention(GRAY, weights[:0], labels[:1])
    assert sheet.size[0] > 3.5 * one.size[0] and sheet.size[1] > 1.5 * one.size[1]
    colors = np.asarray(sheet.convert("L"))
    panel = colors[8 : 8 + 224, 8 : 8 + 224]
    np.testing.assert_array_equal(panel, 200)
    second = colors[8 : 8 + 224, 8 + 232 : 8 + 232 + 224]
    assert second[:40, :40].mean() > 190.0 > 60.0 > second[-40:, -40:].mean()


def test_labels_stand_below_and_stay_within_their_panel() -> None:
    weights = np.eye(4, dtype=np.float32)[:1]
    short, long = (
        np.asarray(draw_attention(GRAY, weights, ["", label]).convert("L"))
        for label in ("ring", "rings with white gold and many other things " * 3)
    )
    bare = np.asarray(draw_attention(GRAY, weights, ["", ""]).convert("L"))
    for labeled in (short, long):
        changed = np.argwhere(labeled != bare)
        assert changed[:, 0].min() >= 8 + 224
        assert changed[:, 1].min() >= 8 + 232
        assert changed[:, 1].max() < 8 + 232 + 224
    assert (long != bare).sum() > (short != bare).sum()
