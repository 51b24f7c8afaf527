"""What runs behind the wall: the zygote that holds the public libraries, and the workers forked from it.

Nothing here ever holds a secret. A worker shares its interpreter with the candidate's code, so whatever it says after
loading that code is a claim, and is treated as one on the other side.
"""
