"""Writes the limits that Python, Java, C++ and Swift share as constants of each language.

`parity/limits/limits.json` has them, each with its reason. The files that are written are
committed, so that no build has to find the table, and a test holds them against it.
"""
