"""`jewelcap doctor`: finds what would go wrong in an Android build, before it is built."""
