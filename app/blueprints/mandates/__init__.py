"""The trust chain of a CPTS: who presides, whom they nominated, the end of a mandate (S-056 to S-066)."""
