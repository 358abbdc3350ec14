"""Permissions that bind the tests' commands, though the tests may run as root."""

from __future__ import annotations

import os

from tools import needs


def bound() -> list[str]:
    """What to put before a command so that the permissions of files bind it.

    They bind every user but root, and root too without these two capabilities (capabilities(7)).
    """
    if os.geteuid():
        return []
    return [needs("setpriv", "make system"), "--bounding-set=-dac_override,-dac_read_search"]
