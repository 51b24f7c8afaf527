"""The layers that a process puts on itself, and the probe that says which of them this machine has.

Standard library, ctypes and msgspec only: it is imported into the zygote. It knows nothing of exercises, messages or
what a worker does once it is locked in.
"""
