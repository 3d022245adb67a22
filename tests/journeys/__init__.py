"""What people do all day, in a real browser on the real server."""
