"""Latency, memory and accuracy of captioners, as records and reports."""
