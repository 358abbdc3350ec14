"""`python -m onpar` is `onpar`."""

from onpar.pipeline.cli.main import main

main(prog_name="onpar")
