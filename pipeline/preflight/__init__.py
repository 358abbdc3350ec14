"""Preflight: checks, from the file alone, whether a published mobile runtime will load it."""
