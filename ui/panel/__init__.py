"""The sidebar: what may be chosen, part by part."""
