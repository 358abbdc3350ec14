"""Artifacts over a folder of images → figures and tolerances."""
