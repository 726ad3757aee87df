"""The guide and the request of an account on the SAS platform (S-155 to S-163)."""
