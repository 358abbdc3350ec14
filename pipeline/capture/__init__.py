"""Artifacts → captures."""
