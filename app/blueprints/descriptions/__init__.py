"""Boxes (encadrés) of the sheets of a CPTS, edited one by one."""
