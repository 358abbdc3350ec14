"""Imported by the process that jobs are forked from, and by no other: it takes seconds."""

from pipeline.parent_death import end_with_command
from pipeline.preload import preload

end_with_command()
preload()
