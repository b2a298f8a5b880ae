"""The lab's stage and its examples."""
