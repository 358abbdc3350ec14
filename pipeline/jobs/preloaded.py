"""Only the process that jobs are forked from imports this: it takes seconds."""

from onpar.pipeline.jobs.parent_death import end_with_command
from onpar.pipeline.jobs.preload import preload

end_with_command()
preload()
