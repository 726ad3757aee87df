"""What was published of a CPTS, where each value comes from, and whether it is still true."""
