"""The type of an optimizer, and what several rules are made of."""
