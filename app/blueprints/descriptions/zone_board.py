"""What the composer of a zone shows: its communes, what changed, who else serves them, what it leaves out, its map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.domain.territories import CITY_OF, DEPARTEMENTS, departement_from_finess
from app.domain.zones import Composed, Kind, aci_size
from app.queries.groupings import Grouping, groupings_in
from app.queries.typed_communes import NamedPlace, places_named
from app.queries.zone_changes import Place, successors
from app.queries.zone_neighbours import Hole, Neighbourhood, Overlap, Server, ZonePlace, neighbourhood
from app.settings import current_settings
from app.web.french import number_fr, plural
from app.web.zone_map import Marks, ZoneMap, zone_map


@dataclass(frozen=True, slots=True)
class Row:
    """A commune of the zone; `added`: it is not published yet."""

    place: ZonePlace
    added: bool
    servers: tuple[Server, ...]

    @property
    def codes(self) -> str:
        """Post codes, as long as they say something."""
        shown = self.place.postcodes
        return ", ".join(shown) if 0 < len(shown) < 4 else self.place.insee

    @property
    def divisible(self) -> bool:
        return self.place.insee in CITY_OF.values()


@dataclass
class ZoneBoard:
    """`codes` as composed, `published` as everybody reads them; `finess` of the CPTS."""

    codes: frozenset[str]
    published: frozenset[str]
    finess: str
    seat: str | None = None
    """INSEE code of the commune of the CPTS."""
    place: str = ""

    @cached_property
    def near(self) -> Neighbourhood:
        return neighbourhood(self.codes, self.finess)

    @cached_property
    def rows(self) -> list[Row]:
        servers = {overlap.place.insee: overlap.servers for overlap in self.near.overlaps}
        return [
            Row(place, place.insee not in self.published, servers.get(place.insee, ())) for place in self.near.places
        ]

    @cached_property
    def leaving(self) -> list[NamedPlace]:
        """Published, and not kept: each may be put back."""
        gone = self.published - self.codes
        return places_named(gone) if gone else []

    @cached_property
    def ceased(self) -> list[tuple[ZonePlace, tuple[Place, ...]]]:
        gone = [place for place in self.near.places if place.ceased]
        became = successors([place.insee for place in gone]) if gone else {}
        return [(place, became[place.insee]) for place in gone]

    @property
    def overlaps(self) -> list[Overlap]:
        return self.near.overlaps

    @property
    def holes(self) -> list[Hole]:
        return self.near.holes

    @property
    def summary(self) -> str:
        """`38 communes, 90 000 habitants (CPTS de taille 3)`."""
        count = plural(len(self.rows), "commune")
        people = self.near.population
        if not people:
            return count
        return f"{count}, {number_fr(people)} habitants (CPTS de taille {aci_size(people)} au sens de l’ACI)"

    @property
    def uncounted(self) -> int:
        """Communes whose population no register gives."""
        return sum(row.place.population is None for row in self.rows)

    @cached_property
    def groupings(self) -> dict[Kind, list[Grouping]]:
        """Around the communes of the zone, and the seat."""
        around = {row.place.departement for row in self.rows}
        return groupings_in(around | {departement_from_finess(self.finess[:2]) or ""})

    @property
    def departements_offered(self) -> list[tuple[str, str]]:
        """Those of the portal's region first."""
        home = current_settings().region_code
        ordered = sorted(DEPARTEMENTS.values(), key=lambda one: (one.region != home, one.code))
        return [(one.code, f"{one.name} ({one.code})") for one in ordered]

    @cached_property
    def map(self) -> ZoneMap | None:
        marks = Marks(
            added=frozenset(row.place.insee for row in self.rows if row.added) if self.published else frozenset(),
            removed=self.published - self.codes,
            shared=frozenset(overlap.place.insee for overlap in self.overlaps),
            holes=frozenset(hole.insee for hole in self.holes),
        )
        return zone_map(self.near.shapes, self.near.around, seat=self.seat, place=self.place, marks=marks)


def sentences(composed: Composed) -> list[str]:
    """What an order did to the zone."""
    told = [
        _counted(composed.added, "commune ajoutée", "communes ajoutées"),
        _counted(composed.removed, "commune retirée", "communes retirées"),
        _counted(composed.already, "était déjà dans la zone", "étaient déjà dans la zone"),
        _counted(
            composed.covered,
            "arrondissement n’est pas ajouté : sa ville est dans la zone en entier",
            "arrondissements ne sont pas ajoutés : leur ville est dans la zone en entier",
        ),
        _counted(
            composed.absorbed,
            "arrondissement laisse la place à sa ville entière",
            "arrondissements laissent la place à leur ville entière",
        ),
    ]
    return [sentence for sentence in told if sentence] or ["Rien n’a changé."]


def _counted(codes: Sequence[str], one: str, many: str) -> str:
    return f"{number_fr(len(codes))} {one if len(codes) == 1 else many}." if codes else ""
