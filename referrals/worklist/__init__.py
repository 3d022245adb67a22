"""What the worklist is asked for, and in which order it answers."""
