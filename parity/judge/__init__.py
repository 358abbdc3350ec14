"""The judge: a capture against its golden, stage by stage."""
