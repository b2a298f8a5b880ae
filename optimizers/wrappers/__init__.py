"""What is put around an optimizer."""
