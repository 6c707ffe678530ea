"""The captioner on a web page: a folder of files for any static host."""
