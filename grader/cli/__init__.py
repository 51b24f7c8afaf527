"""The door: one click file a command, and the only floor that prints, prompts or exits.

Each command unpacks its options, calls one desk, and turns what comes back into words and an exit code. Anything that
is not needed to say `--help` is imported inside the command that needs it.
"""
