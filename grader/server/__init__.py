"""The warm server: examiners that stay loaded between two commands of one person, and end by themselves when idle.

Nothing depends on it. Whatever goes wrong with it, the command line grades without it, a little later.
"""
