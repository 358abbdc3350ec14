"""The demo weights: their training scenes, their training, and their card."""
