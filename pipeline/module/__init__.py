"""The PyTorch module of a recipe: built, bound to its inputs, tested and run."""
