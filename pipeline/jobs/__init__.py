"""Parallel jobs in separate processes."""
