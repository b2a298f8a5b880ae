"""Rows that models learn from: sets that are drawn from a seed, and tables that people paste."""
