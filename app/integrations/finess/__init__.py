"""FINESS stock files of the State: legal entities (cs1100501), establishments (cs1100502), positions (cs1100507)."""
