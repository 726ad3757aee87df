"""Sheets (fiches) of a CPTS: its establishment (EG) and its units (UO), made of boxes (encadrés), made of fields.

One catalogue drives every path: forms, completeness, the refusal of blanks, differences, passports, the review desk.
"""
