"""Writes the limits that Python, Java, C++ and Swift share, as constants of each language.

`parity/limits/limits.json` has them, each with its reason. The written files are committed, so
that no build needs the table, and a test compares them with it.
"""
