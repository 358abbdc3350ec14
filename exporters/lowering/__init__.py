"""ExecuTorch: programs lowered to a delegate or to the portable kernels."""
