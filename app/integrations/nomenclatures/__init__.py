"""Code tables of the health sector (NOS): a plain CSV, or the files that the ANS publishes."""
