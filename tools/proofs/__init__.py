"""Tests of the tests: mutants of the references, pairs of mistakes, and the same grading again and again.

Each is a module with a command line, writes its figures to a file under `build/proofs/`, and ends with 1 where
something is not as it must be. `python -m tools.proofs` runs them all and writes `docs/proofs.md`.
"""
