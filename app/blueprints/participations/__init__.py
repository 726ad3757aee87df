"""Participation in unscheduled care through a CPTS: declared by the doctor, listed for those in office (B-22)."""
