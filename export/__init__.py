"""Trained models in, one-file captioners out: quantization, parity and packaging."""
