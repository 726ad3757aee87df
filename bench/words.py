"""Words that names are made of. Names of people follow a Zipf law: a few are everywhere, most are met once."""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Sequence
from typing import Generic, TypeVar

Word = TypeVar("Word")
FLATTENED, COMPOSED_SURNAMES = 30, 10_000


class Weighted(Generic[Word]):
    """Draws the words in proportion to their weights."""

    def __init__(self, words: Sequence[Word], weights: Sequence[float]) -> None:
        self.words = words
        self.upto = list(itertools.accumulate(weights))

    def draw(self, chance: random.Random) -> Word:
        return self.words[bisect.bisect(self.upto, chance.random() * self.upto[-1], 0, len(self.words) - 1)]


def zipf(words: Sequence[Word]) -> Weighted[Word]:
    """The first one is met thirty times as often as the nine hundredth: one person in two hundred is a Martin."""
    return Weighted(words, [1 / (rank + FLATTENED) for rank in range(len(words))])


def listed(text: str) -> list[str]:
    return text.split()


COMMON_SURNAMES = listed(
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David "
    "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefevre Faure Andre Mercier "
    "Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier Garcia Perrin Robin Clement Morin Nicolas Henry "
    "Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noel Meyer Dufour Meunier Brun Blanchard "
    "Giraud Joly Riviere Lucas Brunet Gaillard Barbier Arnaud Martinez Gerard Roche Renard Schmitt Roy Leroux Colin "
    "Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoit Rey "
    "Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis "
    "Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry "
    "Guyot Carre Charles Renault Charpentier Menard Maillard Baron Bertin Bailly Herve Schneider Fernandez Le-Gall "
    "Collet Leger Bouvier Julien Prevost Millet Perrot Daniel Le-Roux Cousin Germain Breton Besson Langlois Remy "
    "Le-Goff Pelletier Leveque Perrier Leblanc Barre Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud"
)
ROOTS = listed(
    "Al And Arn Bar Bel Ben Ber Bil Blan Bon Bor Bou Bran Bri Cam Can Car Cas Cha Cham Chas Clau Col Cor Cou Cre Dal "
    "Dam Del Des Don Dor Dra Du Dur Esc Fab Fal Far Fer Flo Fon For Fou Fra Fre Gal Gan Gar Gau Ger Gib Gil Gin Gou "
    "Gran Gri Gui Ham Her Hou Hu Jac Jau Jo Jour La Lam Lan Lar Lau Lav Le Lem Lo Lou Mal Man Mar Mas Mau Mer Mil Mon "
    "Mor Mou Nad Nau Nou Or Pa Pal Par Pas Pau Pel Per Pi Pin Po Pon Por Pou Pra Pri Quin Ra Ram Ran Rau Ray Ri Rob "
    "Roc Ron Ros Rou Sab Sal San Sar Sau Sen Ser Si Sou Tar Tau Te Ter Tho Tis Tor Tou Tri Va Val Var Vau Ver Vi Vil"
)
MIDDLES = listed("an ar as at ba be bi bo ca ce de do du en er es ga go i in la le li lo ma me mi na ne ni o on ra re")
ENDINGS = listed(
    "ac ain aire an ard as at aud ault aux ay eau el er et eux ez ian ier ieu in is ois on ot our oux rel ron ville"
)

GIVEN_NAMES = listed(
    "Marie Nathalie Isabelle Sylvie Catherine Christine Sophie Julie Camille Claire Anne Hélène Céline Aurélie "
    "Sandrine Valérie Laurence Émilie Laura Pauline Sarah Mathilde Charlotte Élodie Caroline Delphine Manon Lucie "
    "Marion Anaïs Philippe Michel Nicolas Christophe Pierre Laurent Thomas Julien David Éric Frédéric Olivier "
    "Sébastien Alexandre Patrick Stéphane François Antoine Guillaume Vincent Jérôme Benoît Maxime Romain Mathieu "
    "Clément Hugo Paul Louis Karim Yasmine Mehdi Fatima Samir Nadia Inès Adam Léa Chloé Jade Noé Gabriel Agnès "
    "Bénédicte Cécile Corinne Denis Didier Édith Élise Fabien Florence Gaëlle Gilles Grégory Hervé Jean-Luc "
    "Jean-Marc Joël Josiane Loïc Magali Maëlle Marc Mireille Odile Quentin Rachid Raphaël Régis Rémi Renaud Roxane "
    "Solène Sonia Tanguy Théo Thibault Virginie Xavier Yann Yves Zoé Anne-Laure Marie-Claude Jean-Baptiste"
)

SAINTS = listed(
    "Martin Pierre Jean Laurent Germain Julien Georges Hilaire Aubin Michel Étienne Maurice Denis Sauveur Vincent "
    "Médard Rémy Quentin Andéol Christol Didier Léger Pantaléon Romain Saturnin Trinit Clément Cyr Gervais Marcel"
)
SAINTES = listed("Marie Cécile Colombe Croix Eulalie Foy Geneviève Hélène Radegonde Suzanne")
PLACE_ROOTS = listed(
    "Aigue Al Ar Au Bar Beau Bel Bois Bon Bourg Brian Cabr Caden Camar Cas Château Chaum Clair Coust Cru Entre Fon "
    "Fourque Gar Gri Haute Jonqu Lam Lau Lour Mal Man Maza Mène Mir Mol Mont Mor Mur Ner Noy Orgn Pern Peyr Pier "
    "Pont Puy Queyr Rivi Robi Roque Rous Sab Sal Sarr Sau Sav Ser Sor Tour Tres Vai Val Vaugi Ven Ver Vieux Ville"
)
PLACE_ENDINGS = listed(
    "ac an anges argues as ault aux avon ay bec court digue ens es et ette euil eux fort gnac ignan ines izon lieu "
    "mont mas mure nay neuve olles on onne ot pas rac rande ron sac sec targues tis val vert viers ville"
)
OF_PLACES = (
    "", "", "", "", "-le-Vieux", "-la-Montagne", "-sur-Sorgue", "-lès-Bains", "-en-Forêt", "-de-Vaux", "-sous-Bois",
    "-les-Vignes", "-sur-Mer", "-du-Pin", "-d’Aval", "-le-Haut", "-aux-Bois", "-en-Plaine", "-sur-Ouche", "-des-Prés",
)  # fmt: skip
STREETS = (
    "DE LA REPUBLIQUE", "VICTOR HUGO", "DU STADE", "PASTEUR", "DES ECOLES", "JEAN JAURES", "DU GENERAL DE GAULLE",
    "DE LA GARE", "DES LILAS", "DU MARCHE", "DE L EGLISE", "DES ACACIAS", "GAMBETTA", "DU MOULIN", "DE VERDUN",
    "DES TILLEULS", "DE LA FONTAINE", "FREDERIC MISTRAL", "DU CHATEAU", "DE LA LIBERATION", "DES PLATANES", "DU PORT",
)  # fmt: skip
STREET_TYPES = ("R", "R", "R", "AV", "AV", "BD", "PL", "CHE", "RTE", "IMP")


def surnames(chance: random.Random) -> Weighted[str]:
    """Some ten thousand: the common ones, then composed ones."""
    composed = (
        chance.choice(ROOTS) + chance.choice(("", *MIDDLES)) + chance.choice(ENDINGS) for _ in range(COMPOSED_SURNAMES)
    )
    return zipf(list(dict.fromkeys([*(name.replace("-", " ") for name in COMMON_SURNAMES), *composed])))


def commune_name(chance: random.Random) -> str:
    """Saint-Martin-de-Vaux, Roqueville, Montfort-sur-Mer…"""
    kind = chance.random()
    if kind < 0.22:
        first = f"Saint-{chance.choice(SAINTS)}"
    elif kind < 0.26:
        first = f"Sainte-{chance.choice(SAINTES)}"
    elif kind < 0.34:
        first = f"{chance.choice(('Le ', 'La ', 'Les '))}{chance.choice(PLACE_ROOTS)}{chance.choice(PLACE_ENDINGS)}"
    else:
        first = chance.choice(PLACE_ROOTS) + chance.choice(PLACE_ENDINGS)
    return first + chance.choice(OF_PLACES)
