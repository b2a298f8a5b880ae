"""How each optimizer makes a step."""
