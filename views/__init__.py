"""The pages, one short file each."""
