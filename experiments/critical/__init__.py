"""The critical points of an objective, their kinds, and what depends on them alone."""
