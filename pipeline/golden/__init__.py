"""Recipe → goldens, and the committed ones."""
