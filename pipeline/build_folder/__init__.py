"""The build folder: keys, digests and locks."""
