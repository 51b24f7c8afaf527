"""The candidate's desk: a workspace to write in, what happened so far, the next hint, watching a file, the quiz.

Everything here answers with values and sentences; it prints nothing and asks nothing. What it remembers is on the
user's own disk and nowhere else.
"""
