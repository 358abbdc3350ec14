"""What Python, Java and C++ share: sidecars, captures, goldens, tolerances."""
