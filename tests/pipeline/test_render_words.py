"""Every word that the rendered catalog's captions can have is known in all languages."""

from __future__ import annotations

import pytest

from mobile_app.camera_app.runtime.languages.words import find_color, find_noun
from pipeline.catalog.render.products import PRODUCTS, Product


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.product_id)
def test_every_word_of_a_product_has_forms_in_every_language(product: Product) -> None:
    nouns = [product.made.type, *product.materials, *product.stones]
    assert [text for text in nouns if find_noun(text)[0] is None] == []
    assert not product.color or find_color(product.color) is not None
