"""The screens: one Python file each, with its `.kv` beside it."""
