"""The sources of weights, and how they are loaded."""
