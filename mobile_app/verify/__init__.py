"""Proofs without a phone: everything of an Android build that needs no compiler."""
