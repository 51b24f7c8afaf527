"""Grades code that nobody trusts, and names its mistakes. Importing this loads nothing heavy."""

__version__ = "0.1.0"
