"""onpar from Python: what `from onpar import …` calls, and the results that it gives."""
