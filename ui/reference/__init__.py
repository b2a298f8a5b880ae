"""The reference: surfaces, optimizers and schedules with their formulas and sources."""
