"""The figures of artifacts over many images."""
