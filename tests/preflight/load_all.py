"""Loads many files with the runtime of this environment; prints why each does not load, as JSON.

python load_all.py FOLDER_OF_FOREIGN < [[suffix, path, engine], ...]
"""

import json
import sys

sys.path.insert(0, sys.argv[1])
from foreign import KINDS

said = []
for suffix, path, engine in json.load(sys.stdin):
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            KINDS[suffix](file.read(), 1, engine)
        said.append("")
    except Exception as error:  # whatever that runtime raises
        said.append(str(error).strip() or type(error).__name__)
print(json.dumps(said))
