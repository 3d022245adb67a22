"""The directory as a file: reading one that somebody sends, and writing ours."""
