"""Recipe → artifacts."""
