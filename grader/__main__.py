"""`python -m grader`.

Python puts the current folder first on the import path here, and a folder of submissions may well hold a `torch.py`.
It is taken off before anything else is imported.
"""

import sys

if not sys.flags.safe_path:
    del sys.path[0]
sys.path[:] = [folder for folder in sys.path if folder not in ("", ".")]

from grader.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
