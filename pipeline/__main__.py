"""`python -m pipeline` is `onpar`."""

from pipeline.cli import main

main(prog_name="onpar")
