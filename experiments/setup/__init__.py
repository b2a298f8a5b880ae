"""What the user chose: the experiment, its settings and limits, and the forms in which it travels."""
