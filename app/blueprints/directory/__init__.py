"""The répertoire: its tree, favourites, renaming, moves."""
