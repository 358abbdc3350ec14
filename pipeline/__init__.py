"""The stages of onpar and its command line."""

__version__ = "0.1.0"
