"""How fast Footnote is: every page beside the floor of the same run."""
