"""Graphs and files, changed after or before a conversion: io `image`, order, archives."""
