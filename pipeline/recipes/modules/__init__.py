"""The modules of recipes that no package has: one file each. They import torch; recipes do not."""
