"""Limits, names and choices that Python, Java, C++ and Swift share, as data."""
