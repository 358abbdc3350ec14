"""`onpar quantize`: which layers to keep in float so that int8 costs no more than a limit."""
