"""The demo weights: the scenes that they are trained on, their training, their card."""
