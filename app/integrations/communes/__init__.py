"""Communes of the Code officiel géographique, their former names and their contours."""
