"""Published runtimes in environments of their own."""
