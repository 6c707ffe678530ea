"""Photos and their attributes: import, check, split and render."""
