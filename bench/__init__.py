"""Benchmarks that write `docs/benchmarks.md`: what a grading costs, beside what people use instead.

`python -m bench` runs them; `python -m bench fairness` counts wrong time verdicts on a busy machine. Every
figure is a median with its spread, taken in one run with its peer, alternating. Nothing here is a test:
no figure of a machine decides whether the software is right.
"""
