"""The one function that is descended, its derivatives and its heights."""
