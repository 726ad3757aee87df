"""An account for a professional: the three ways of the guide, and « c’est vous ? » (S-067, S-070, S-072, B-09)."""
