"""The HTML pages: one of a run, one of an evaluation."""
