"""The judge: specifications, the capture format, metrics, tolerances, verdicts, reports.

No ML runtime is imported here, so a check costs a numpy import and nothing more.
"""
