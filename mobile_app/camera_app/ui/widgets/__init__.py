"""Widgets that several screens use: one Python file each, with its `.kv` beside it."""
