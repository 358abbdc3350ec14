"""ExecuTorch: programs lowered for a delegate or for the portable kernels."""
