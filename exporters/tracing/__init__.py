"""Scripts and traces of PyTorch modules, and checks that a conversion computes the same."""
