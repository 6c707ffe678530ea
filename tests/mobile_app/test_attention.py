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


TOP = 31
"""Height of the caption's line."""


def test_each_term_has_a_panel_behind_the_photo() -> None:
    weights = np.eye(4, dtype=np.float32)
    sheet = draw_attention(GRAY, weights, "Alba white gold ring", ["Alba", "white", "gold", "ring"])
    alone = draw_attention(GRAY, weights[:0], "", [])
    assert sheet.size[0] > 3.5 * alone.size[0] and sheet.size[1] > 1.5 * alone.size[1]
    colors = np.asarray(sheet.convert("L"))
    np.testing.assert_array_equal(colors[TOP : TOP + 224, 8 : 8 + 224], 200)
    second = colors[TOP : TOP + 224, 8 + 232 : 8 + 232 + 224]
    assert second[:40, :40].mean() > 170.0 > 60.0 > second[-40:, -40:].mean()


@pytest.mark.parametrize("text", ["ring", "rings with white gold and many other things " * 9])
def test_texts_stay_where_they_belong(text: str) -> None:
    weights = np.eye(4, dtype=np.float32)[:1]
    bare, titled, labeled = (
        np.asarray(draw_attention(GRAY, weights, caption, [label]).convert("L"))
        for caption, label in (("", ""), (text, ""), ("", text))
    )
    rows, columns = np.nonzero(titled != bare)
    assert rows.max() < TOP and 8 <= columns.min() <= columns.max() < 8 + 232 + 224
    rows, columns = np.nonzero(labeled != bare)
    assert rows.min() >= TOP + 224
    assert 8 + 232 <= columns.min() <= columns.max() < 8 + 232 + 224
