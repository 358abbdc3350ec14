"""The sample apps: building them, and the devices that run them."""
