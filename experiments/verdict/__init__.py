"""What became of a run, with the numbers that show it."""
