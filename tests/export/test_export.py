from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from export.variants import VARIANTS


def test_x(tiny_bundle):
    print(tiny_bundle, tiny_bundle.stat().st_size, (tiny_bundle.parent.parent.parent/'train/summary.json').read_text())
    print((tiny_bundle.parent/'parity.json').read_text()[:600])
