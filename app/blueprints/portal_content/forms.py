"""Forms of the portal's own content. Every text is a text: nothing typed here becomes markup."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask import abort, current_app
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException
from wtforms import BooleanField, DateField, FileField, HiddenField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import NumberRange, StopValidation

from app.domain.errors import Invalid
from app.domain.files import LARGEST
from app.domain.markup import addresses, is_safe_address
from app.domain.portal_content import Audience, DocumentKind, Tone
from app.domain.territories import DEPARTEMENTS
from app.settings import current_settings
from app.usecases.banners import BannerWords
from app.usecases.documents import DocumentWords
from app.usecases.help_pages import HelpWords
from app.usecases.support_hours import SpecialDayWords
from app.usecases.tiles import TileWords
from app.web.forms import FreeTextField, PortalForm, TextLine

ADDRESS_SENTENCE = "Renseignez une adresse qui commence par https://, ou un chemin de ce portail, par exemple /aide."
LARGEST_NUMBER = 2**31 - 1


class AddressField(TextLine):
    """An http(s) address, or a path of this portal; this portal's own address is kept as a path."""

    def clean(self, text: str) -> str:
        own = current_settings().public_url.rstrip("/")
        text = text.removeprefix(own) if text.startswith(f"{own}/") else text
        if not is_safe_address(text):
            raise ValueError(ADDRESS_SENTENCE)
        if text.startswith("/") and not leads_somewhere(text):
            raise ValueError("Cette page n’existe pas dans le portail. Recopiez le chemin depuis la barre d’adresse.")
        return text


class DayField(DateField):
    """A day, required."""

    def __init__(self, label: str, *, missing: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.missing = missing
        self.flags.required = True

    def process_formdata(self, valuelist: list[Any]) -> None:
        """An unreadable day is a missing one: browsers send a day or nothing."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None

    def pre_validate(self, _form: Any) -> None:
        if self.data is None or not 2000 <= self.data.year <= 2100:
            raise StopValidation(self.missing)


class RankField(IntegerField):
    """0 to 999; whatever is not, is told in the words of its validator."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None


class MinuteField(TextLine):
    """`HH:MM`, as a time field sends it; the minutes of the day, or None."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, longest=5, **options)

    @property
    def minutes(self) -> int | None:
        return None if not self.data else int(self.data[:2]) * 60 + int(self.data[3:])

    def clean(self, text: str) -> str:
        hours, colon, minutes = text.partition(":")
        whole = colon and len(hours) <= 2 and len(minutes) == 2 and (hours + minutes).isascii()
        if not whole or not (hours + minutes).isdigit() or int(hours) > 23 or int(minutes) > 59:
            raise ValueError("Renseignez une heure, par exemple 08:00.")
        return f"{int(hours):02d}:{minutes}"


class EditForm(PortalForm):
    """A form on a row that may have been saved by somebody else: `version` is the one that was seen."""

    FIELDS: ClassVar[dict[str, str]] = {}
    """Field of the use case → field of the form."""
    version = HiddenField()

    @classmethod
    def of(cls, row: Any) -> Any:
        """Filled from the request, else from the row."""
        return cls(**{name: getattr(row, column) for column, name in cls.FIELDS.items()}, version=row.version)

    @property
    def seen(self) -> int:
        """A forged version is a bad request."""
        text = self.version.data or ""
        if not str(text).isascii() or not str(text).isdigit() or int(text) > LARGEST_NUMBER:
            abort(400)
        return int(text)

    def words(self) -> dict[str, Any]:
        return {
            column: self[name].data if isinstance(self[name].data, (bool, int, date)) else self[name].data or None
            for column, name in self.FIELDS.items()
        }

    def refuse(self, error: Invalid) -> None:
        super().refuse(Invalid({self.FIELDS.get(name, name): text for name, text in error.fields.items()}))


class TileForm(EditForm):
    FIELDS: ClassVar = {
        "label": "libelle",
        "url": "adresse",
        "text": "texte",
        "audience": "public",
        "position": "rang",
        "active": "affichee",
    }
    libelle = TextLine("Libellé", missing="Donnez un libellé, par exemple « Avis de spécialistes ».", longest=80)
    adresse = AddressField("Adresse", missing=ADDRESS_SENTENCE, longest=500)
    texte = TextLine("Texte court", longest=200)
    public = SelectField(
        "Pour qui",
        choices=[
            *(SelectChoice(each.value, each.label) for each in Audience if each is not Audience.EVERYONE),
            SelectChoice(Audience.EVERYONE.value, "Tout le monde, page de connexion comprise"),
        ],
        default=Audience.SIGNED_IN.value,
    )
    rang = RankField("Rang", default=10, validators=[NumberRange(0, 999, message="Choisissez un rang entre 0 et 999.")])
    affichee = BooleanField("Affichée", default=True)

    def tile(self) -> TileWords:
        return TileWords(**self.words())


class BannerForm(EditForm):
    FIELDS: ClassVar = {
        "text": "texte",
        "tone": "ton",
        "link_url": "adresse",
        "link_label": "lien",
        "starts_on": "du",
        "ends_on": "au",
        "audience": "public",
        "departement": "departement",
        "active": "affiche",
    }
    texte = TextLine("Texte", missing="Écrivez le message à afficher.", longest=400)
    ton = SelectField("Ton", choices=[SelectChoice(each.value, each.label) for each in Tone])
    lien = TextLine("Mots du lien", longest=80)
    adresse = AddressField("Adresse du lien", longest=500)
    du = DayField("Premier jour", missing="Choisissez le premier jour d’affichage.")
    au = DayField("Dernier jour", missing="Choisissez le dernier jour d’affichage.")
    public = SelectField("Pour qui", choices=[SelectChoice(each.value, each.label) for each in Audience])
    departement = SelectField(
        "Département",
        choices=[
            SelectChoice("", "Tous"),
            *(SelectChoice(code, f"{code} – {place.name}") for code, place in sorted(DEPARTEMENTS.items())),
        ],
    )
    affiche = BooleanField("Affiché entre ces dates", default=True)

    def banner(self) -> BannerWords:
        return BannerWords(**self.words())


class DocumentForm(EditForm):
    FIELDS: ClassVar = {
        "title": "titre",
        "description": "description",
        "kind": "nature",
        "published": "en_ligne",
        "content": "fichier",
    }
    titre = TextLine("Titre", missing="Donnez un titre au document.", longest=120)
    description = TextLine("Description", longest=300)
    nature = SelectField("Nature", choices=[SelectChoice(each.value, each.label) for each in DocumentKind])
    fichier = FileField("Fichier")
    en_ligne = BooleanField("En ligne", default=True)

    @classmethod
    def of(cls, row: Any) -> Any:
        filled = {name: getattr(row, column) for column, name in cls.FIELDS.items() if column != "content"}
        return cls(**filled, version=row.version)

    def document(self) -> DocumentWords:
        words = self.words()
        return DocumentWords(**{name: value for name, value in words.items() if name != "content"})

    @property
    def content(self) -> bytes | None:
        """What was sent, a little more than the largest at most; None when no file was chosen."""
        sent = self.fichier.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            return None
        return sent.stream.read(LARGEST + 1)


class SpecialDayForm(PortalForm):
    jour = DayField("Jour", missing="Choisissez un jour.")
    raison = TextLine("Raison", missing="Dites pourquoi, par exemple « Pont de l’Ascension ».", longest=80)
    ouvre = MinuteField("Ouverture")
    ferme = MinuteField("Fermeture")
    FIELDS: ClassVar = {"day": "jour", "label": "raison", "opens": "ouvre", "closes": "ferme"}

    def special_day(self) -> SpecialDayWords:
        day, label = self.jour.data or date.min, self.raison.data or ""
        return SpecialDayWords(day, label, self.ouvre.minutes, self.ferme.minutes)

    def refuse(self, error: Invalid) -> None:
        super().refuse(Invalid({self.FIELDS.get(name, name): text for name, text in error.fields.items()}))


class MarkupField(FreeTextField):
    """A text of app/domain/markup.py whose links lead somewhere."""

    def clean(self, text: str) -> str:
        text = super().clean(text)
        lost = [address for address in addresses(text) if address.startswith("/") and not leads_somewhere(address)]
        if lost:
            raise ValueError(f"Ce lien ne mène nulle part dans le portail : {lost[0]}")
        return text


class HelpForm(PortalForm):
    titre = TextLine("Titre", missing="Donnez un titre à la page.", longest=120)
    chapo = TextLine("Phrase d’introduction", longest=300)
    texte = MarkupField("Texte", missing="Écrivez le texte de la page.", longest=20_000)
    version = HiddenField()

    seen = EditForm.seen

    def page(self) -> HelpWords:
        return HelpWords(self.titre.data or "", self.chapo.data, self.texte.data or "")


def leads_somewhere(path: str) -> bool:
    """Whether a GET of that path has a view."""
    address = path.partition("#")[0].partition("?")[0]
    try:
        current_app.url_map.bind("").match(address, method="GET")
    except HTTPException:
        return False
    return True
