"""My data: see, export, correct, erase; and accepting the terms of use."""
