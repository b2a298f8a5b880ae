"""Every step of every run, and what is measured along it."""
