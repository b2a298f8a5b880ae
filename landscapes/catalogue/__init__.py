"""The test surfaces, by family."""
