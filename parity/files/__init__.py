"""Untrusted files, read safely; files written completely or not at all."""
