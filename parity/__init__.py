"""The judge: specifications, the capture format, metrics, tolerances, verdicts, reports.

It imports no ML runtime, so a check costs only a numpy import.
"""
