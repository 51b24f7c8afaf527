"""What lies below is content that tests grade; pytest is not to collect it."""

collect_ignore = ["content"]
