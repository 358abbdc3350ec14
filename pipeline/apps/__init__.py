"""The sample apps: builds, and the devices that run them."""
