"""What goes over the wire to the SAS and to departmental portals: addresses, signatures, answers, the sender."""
