"""Static int8 quantization, one file a quantizer."""
