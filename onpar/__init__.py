"""Is the model on the phone on par with the model in Python?"""

from onpar.pipeline import __version__ as __version__
