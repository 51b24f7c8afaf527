"""The examiner's process, and the handle that others hold of it.

The process starts from a clean environment, imports the public libraries, and forks the zygote before it learns
anything secret. Then it collects the hidden tests and grades submissions until its socket closes.
"""
