"""Home, results and suggestions."""
