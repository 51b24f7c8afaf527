"""The desk: one submission in, one report out. It knows every room and does no input or output of its own."""
