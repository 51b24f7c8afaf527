"""Find and validate exercises, and take submissions in.

`find` knows which slugs there are, `load` turns the files of one exercise into a frozen `Exercise`, `points` reads what
the tests declare without running them, `intake` turns path arguments into `Submission`s. Nothing here runs, imports
or parses a submission: whatever is wrong inside one is found behind the wall.
"""
