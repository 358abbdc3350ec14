"""PyTorch modules as scripts and traces, and whether a conversion computes the same."""
