"""Preflight: will a published mobile runtime load this file? Told from the file alone."""
