"""« Quelle est ma CPTS ? » by commune, post code or address; which communes of the region a CPTS serves."""
