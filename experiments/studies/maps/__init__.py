"""Maps: the same question asked of many experiments that differ in their start, or in one or two numbers."""
