"""Whether the regulators see a CPTS, and what they read of it (B-01, B-02, S-140 to S-151)."""
