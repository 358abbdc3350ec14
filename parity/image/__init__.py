"""The image contract: from the bytes of a photo to the model's input."""
