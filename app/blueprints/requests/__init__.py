"""Following a request without an account, by the signed link that its person received (B-07)."""
