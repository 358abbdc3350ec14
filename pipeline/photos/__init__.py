"""Goldens of photos that are not cases, from captures: a phone decoded them."""
