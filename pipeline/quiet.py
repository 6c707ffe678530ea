"""Hides what native libraries print on their own; errors still come as exceptions."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr


@contextmanager
def native_output_hidden() -> Iterator[None]:
    """Sends the process's standard streams to nowhere, except what Python writes on stderr.

    So a progress bar inside the block still shows.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in (1, 2):
            os.dup2(sink, number)
        with (
            os.fdopen(os.dup(saved[1]), "w") as terminal,
            redirect_stderr(terminal),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        for number, copy in zip((1, 2), saved, strict=True):
            os.dup2(copy, number)
            os.close(copy)
        os.close(sink)
