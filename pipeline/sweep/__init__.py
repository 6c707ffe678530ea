"""Searches the settings of decoders: many short trainings that share one study."""
