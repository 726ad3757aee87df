"""What is sent to the SAS and to departmental portals, and what became of it (B-20)."""
