"""Many runs of one kind, in slices."""
