"""Make the table of published mobile runtimes from the real packages."""
