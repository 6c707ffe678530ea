"""`python -m mobile_app.doctor`: the command where only click, numpy and Pillow are installed."""

from __future__ import annotations

from .command import doctor

if __name__ == "__main__":
    doctor(prog_name="python -m mobile_app.doctor")
