"""Annuaire Santé, open extraction `PS_LibreAcces_Personne_activite`: health professionals and where they practise."""
