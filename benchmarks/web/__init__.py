"""The web page in a real browser: whether it says what `jewelcap describe` says, and how fast."""
