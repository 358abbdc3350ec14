"""Changes to graphs and files, before or after a conversion: io `image`, order, archives."""
