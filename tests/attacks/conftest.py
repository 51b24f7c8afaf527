"""The content that attacks are aimed at is no test of ours."""

collect_ignore = ["content"]
