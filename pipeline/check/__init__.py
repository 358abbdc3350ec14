"""Captures → verdicts."""
