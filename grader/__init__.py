"""Grades code that nobody trusts, and names its mistakes. Importing this loads nothing heavy."""

__version__ = "0.1.0"


def load_ipython_extension(shell: object) -> None:
    """`%load_ext grader` in a notebook: from then on there is `%%grade SLUG`."""
    import importlib

    importlib.import_module("grader.magic").register(shell)  # by name: nothing here imports a room
