"""Quantized programs in float64, one file for each quantizer: what an int8 file is to compute."""
