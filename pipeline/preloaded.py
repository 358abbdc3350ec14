"""Imported by the process that jobs are forked from, and by no other: it takes seconds."""

from pipeline.preload import preload

preload()
