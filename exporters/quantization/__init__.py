"""Static int8 quantization, one file for each quantizer."""
