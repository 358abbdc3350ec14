"""Files that anyone may have written, read safely; files written whole or not at all."""
