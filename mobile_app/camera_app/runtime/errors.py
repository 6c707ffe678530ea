"""The errors that users see: one message each, never a traceback."""


class JewelcapError(Exception):
    """An expected failure. Its message names the value, the rule and the remedy."""


class ImageError(JewelcapError):
    """A file that cannot be used as a photo."""


class BundleError(JewelcapError):
    """A file that is not a complete, unaltered captioner."""
