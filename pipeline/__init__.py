"""The stages of onpar and its command line."""
