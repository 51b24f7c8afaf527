"""A cohort: a folder of submissions in, a gradebook, a report and exports out.

Import what is needed from its own module: a command that only writes a CSV should not pay for charts, nor one that
grades for statistics.
"""
