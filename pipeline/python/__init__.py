"""onpar from Python: the functions of `from onpar import …`, and their results."""
