"""Accuracy on shops that training never saw: leave-shops-out over a catalog of several shops."""
