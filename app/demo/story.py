"""What happened before the newcomer arrives: three years of nineteen CPTS, in dated scenes.

Each scene is one act of one person, played through the use case that the portal itself uses (stage.py). People are
named by their key in data/people.csv, CPTS by their key in stage.CPTS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo import desk
from app.demo.stage import Stage

Act = Callable[[Stage], None]
PARIS = ZoneInfo("Europe/Paris")
TODAY = 0


@dataclass(frozen=True)
class Scene:
    """`at` is an hour of that day in Paris; for a scene of today, how long ago it happened."""

    days_ago: int
    at: str
    act: Act

    def moment(self, now: datetime) -> datetime:
        clock = time.fromisoformat(self.at)
        if self.days_ago == TODAY:
            return now - timedelta(hours=clock.hour, minutes=clock.minute)
        day = now.astimezone(PARIS).date() - timedelta(days=self.days_ago)
        return datetime.combine(day, clock, PARIS)


def scenes() -> list[Scene]:
    told = [*service_centre(), *comtat(), *inbox_of_comtat(), *grand_avignon(), *pays_d_apt(), *neighbours()]
    return [*told, *descriptions(), *being_described(), *campaign(), *the_desk(), *mornings()]


def service_centre() -> Iterator[Scene]:
    yield Scene(1100, "09:00", lambda stage: stage.create_agent("ferrero"))
    yield Scene(20, "09:15", lambda stage: stage.fill_portal("ferrero"))


def comtat() -> Iterator[Scene]:
    """A presidency that passed to another, référents who came and went, one about to be named."""
    yield Scene(1000, "10:00", lambda stage: stage.register_president("comtat", "lantier"))
    yield from named(980, "comtat", "lantier", "jourdan")
    yield from attached(900, "comtat", "lantier", "sabatier", "aubert", "reboul", "brun", "eydoux")
    yield Scene(520, "11:00", lambda stage: stage.end_referent("comtat", "lantier", "jourdan", "Départ à la retraite."))
    yield Scene(
        420,
        "14:00",
        lambda stage: stage.end_president("comtat", "lantier", "Renouvellement du bureau par l’assemblée générale."),
    )
    yield Scene(420, "14:30", lambda stage: stage.register_president("comtat", "vasseur"))
    yield Scene(
        519, "11:10", lambda stage: stage.end_affiliation("comtat", "lantier", "jourdan", "Départ à la retraite.")
    )
    yield from named(400, "comtat", "vasseur", "daumas")
    yield Scene(397, "18:00", lambda stage: stage.choose_listing("daumas", listed=True))
    yield from named(300, "comtat", "vasseur", "bensalem")
    yield Scene(297, "18:00", lambda stage: stage.choose_listing("bensalem", listed=True))
    yield from attached(380, "comtat", "daumas", "vasseur")
    yield from attached(350, "comtat", "daumas", "blanchard", "kaci", "meffre", "ginoux", "constant", "oualid")
    yield from attached(120, "comtat", "bensalem", "marchal", "faure", "ripert", "borel")
    yield Scene(116, "18:00", lambda stage: stage.activate("marchal"))
    yield Scene(113, "18:00", lambda stage: stage.activate("faure"))
    yield Scene(98, "18:10", lambda stage: stage.choose_listing("faure", listed=False))
    yield Scene(200, "09:20", lambda stage: stage.nominate("comtat", "vasseur", "sabatier"))
    yield Scene(199, "12:40", lambda stage: stage.decline_nomination("sabatier"))
    yield Scene(
        60, "16:00", lambda stage: stage.end_affiliation("comtat", "vasseur", "eydoux", "Départ du territoire.")
    )
    yield Scene(91, "19:00", lambda stage: stage.take_part("comtat", "vasseur", software=True))
    yield Scene(332, "12:40", lambda stage: stage.activate("oualid"))
    yield Scene(90, "12:50", lambda stage: stage.take_part("comtat", "oualid", software=False, days=104))
    yield Scene(888, "18:00", lambda stage: stage.activate("brun"))
    yield from attached(15, "comtat", "daumas", "arnaud")
    yield Scene(3, "08:50", lambda stage: stage.confirm_contact("comtat", "daumas"))
    yield Scene(TODAY, "00:20", lambda stage: stage.nominate("comtat", "vasseur", "arnaud"))


def inbox_of_comtat() -> Iterator[Scene]:
    """Requests in every state."""
    yield Scene(75, "20:15", lambda stage: stage.ask("comtat", "vial", "Je remplace un confrère à Bédoin."))
    yield Scene(
        74, "09:00", lambda stage: stage.ask_for_more("comtat", "bensalem", "vial", "À partir de quelle date ?")
    )
    yield Scene(43, "06:00", lambda stage: stage.expire_requests())

    yield Scene(40, "13:00", lambda stage: stage.ask("comtat", "gilles", "Je consulte à L’Isle-sur-la-Sorgue."))
    reason = "Votre cabinet est dans le territoire de la CPTS Cerebellum : adressez-lui votre demande."
    yield Scene(38, "09:10", lambda stage: stage.refuse("comtat", "daumas", "gilles", reason))

    yield Scene(26, "21:00", lambda stage: stage.ask("comtat", "bonnet", "Installation à Sarrians."))
    yield Scene(25, "07:30", lambda stage: stage.cancel("comtat", "bonnet"))

    yield Scene(10, "11:20", lambda stage: stage.ask("comtat", "roux", "J’accompagne les sorties d’hospitalisation."))
    yield Scene(6, "19:00", lambda stage: stage.ask("comtat", "belkacem", "J’assure des gardes à Mazan."))
    question = "Bonjour, dans quelle pharmacie de Mazan assurez-vous ces gardes ?"
    yield Scene(5, "09:40", lambda stage: stage.ask_for_more("comtat", "daumas", "belkacem", question))
    yield Scene(5, "12:30", lambda stage: stage.ask("comtat", "perrin", "Je m’installe à Pernes-les-Fontaines."))
    words = "Je viens de reprendre le cabinet de M. Roche, avenue Notre-Dame-de-Santé."
    yield Scene(TODAY, "00:10", lambda stage: stage.ask("comtat", "olivier", words))


def grand_avignon() -> Iterator[Scene]:
    yield Scene(700, "10:00", lambda stage: stage.register_president("avignon", "esteve"))
    yield from named(690, "avignon", "esteve", "haddad")
    yield from attached(600, "avignon", "haddad", "cherif", "pons", "delorme")
    yield Scene(2, "17:45", lambda stage: stage.ask("avignon", "tardieu", "Officine à Vedène."))


def pays_d_apt() -> Iterator[Scene]:
    """Two people preside together."""
    yield Scene(500, "10:00", lambda stage: stage.register_president("apt", "roumanille"))
    yield Scene(500, "10:20", lambda stage: stage.register_president("apt", "chabaud"))
    yield from attached(450, "apt", "chabaud", "autard")
    yield from attached(430, "apt", "roumanille", "gregoire")


def neighbours() -> Iterator[Scene]:
    """The other CPTS. Haute Ouvèze has nobody in office: what is asked of it goes to the service centre."""
    yield from presided(650, "cerebellum", "castan", "armand", "bressy")
    yield from named(640, "cerebellum", "castan", "le-goff")
    yield from presided(610, "iaso", "serre", "meyer", "fabre")
    yield from presided(560, "nord", "monnier", "amrani")
    yield from presided(540, "enclave", "puget", "barras")
    yield from presided(480, "lub", "sylvestre", "richaud", "peyron")
    yield from presided(460, "val", "cayol", "bremond", "estran")
    yield from presided(440, "verdon", "isnard", "magnan", "ollivier")
    yield from presided(410, "brianconnais", "sylvie-faure", "bermond", "disdier")
    yield from presided(390, "antipolis", "ferrari", "orsini", "martinelli")
    yield from presided(370, "hyeres", "guerin", "maurel", "cazal")
    yield from presided(340, "plateau", "benaim", "diaz", "tessier")
    yield Scene(322, "18:00", lambda stage: stage.activate("tessier"))
    yield Scene(
        30, "18:00", lambda stage: stage.end_affiliation("plateau", "tessier", "tessier", "Fin de mon remplacement.")
    )
    yield Scene(4, "14:00", lambda stage: stage.ask("ouveze", "charasse", "Tournées à Vaison et Crestet."))


def descriptions() -> Iterator[Scene]:
    """What the Comtat changed on its page, box by box, and what the Grand Avignon published by a dossier."""
    yield Scene(140, "18:20", lambda stage: stage.correct_box("comtat", "daumas", "horaires"))
    yield Scene(121, "12:50", lambda stage: stage.change_zone("comtat", "vasseur", "84088", served=False))
    yield Scene(119, "08:05", lambda stage: stage.change_zone("comtat", "vasseur", "84088", served=True))
    yield Scene(95, "17:40", lambda stage: stage.correct_box("comtat", "bensalem", "contacts"))
    yield Scene(40, "09:10", lambda stage: stage.correct_box("comtat", "daumas", "activites"))
    yield Scene(25, "12:40", lambda stage: stage.correct_box("comtat", "vasseur", "projet"))
    yield Scene(11, "18:30", lambda stage: stage.correct_box("comtat", "vasseur", "conditions"))

    name = "Présentation et direction"
    yield Scene(62, "14:00", lambda stage: stage.describe("avignon", "haddad", name))
    yield Scene(62, "14:20", lambda stage: stage.finalise("avignon", "haddad"))
    yield Scene(62, "14:25", lambda stage: stage.send_file("avignon", "haddad"))
    yield Scene(59, "19:30", lambda stage: stage.approve_file("avignon", "esteve"))
    yield Scene(55, "10:40", lambda stage: stage.publish_file("avignon"))


def being_described() -> Iterator[Scene]:
    """Four CPTS that are not in the directory yet, each stopped a step further than the one before."""
    yield Scene(80, "10:00", lambda stage: stage.register_president("vieux-port", "khelifi"))

    yield Scene(70, "10:00", lambda stage: stage.register_president("sisteron", "faucon"))
    yield Scene(8, "21:10", lambda stage: stage.describe("sisteron", "faucon"))
    yield Scene(8, "21:30", lambda stage: stage.finalise("sisteron", "faucon", 0))

    yield Scene(68, "10:00", lambda stage: stage.register_president("baous", "giordano"))
    yield from named(66, "baous", "giordano", "blengino")
    yield Scene(12, "09:30", lambda stage: stage.describe("baous", "blengino"))
    yield Scene(12, "11:00", lambda stage: stage.finalise("baous", "blengino"))
    yield Scene(3, "11:05", lambda stage: stage.send_file("baous", "blengino"))

    yield Scene(65, "10:00", lambda stage: stage.register_president("asse", "tardivat"))
    yield Scene(6, "20:00", lambda stage: stage.describe("asse", "tardivat"))
    yield Scene(6, "20:40", lambda stage: stage.finalise("asse", "tardivat"))
    yield Scene(2, "08:00", lambda stage: stage.send_file("asse", "tardivat"))


def campaign() -> Iterator[Scene]:
    """Six départements; who had done nothing was reminded, and may be again."""
    yield Scene(45, "09:00", lambda stage: stage.open_campaign())
    yield Scene(20, "09:30", lambda stage: stage.remind_stuck(3))


def the_desk() -> Iterator[Scene]:
    """What waits for the service centre, of every kind; and a reader's correction for those of the Comtat."""
    yield Scene(12, "16:20", lambda stage: stage.submit(desk.WITHOUT_ACI))
    yield Scene(9, "10:10", lambda stage: stage.submit(desk.NOT_FOUND))
    yield Scene(4, "20:40", lambda stage: stage.claim_presidency("ouveze", "bonnet", elected_days_ago=19))
    yield Scene(3, "11:00", lambda stage: stage.submit(desk.SAS, "comtat"))
    yield Scene(2, "09:15", lambda stage: stage.submit(desk.REGISTRATION))
    yield Scene(2, "13:30", lambda stage: stage.submit(desk.HELP, "comtat", "daumas"))
    yield Scene(1, "08:20", lambda stage: stage.submit(desk.QUESTION))
    hours, why = "Du lundi au vendredi, de 9 h à 12 h 30 et de 14 h à 16 h", "Porte close à 16 h 30 vendredi."
    yield Scene(
        1, "17:50", lambda stage: stage.propose_hours("comtat", hours, email="voisin@courriel.example", why=why)
    )


def mornings() -> Iterator[Scene]:
    """The worker's last rounds: what was due by then was told by then."""
    for days_ago in (4, 3, 2, 1):
        yield Scene(days_ago, "07:05", lambda stage: stage.keep_house())


def named(days_ago: int, cpts: str, by: str, who: str) -> Iterator[Scene]:
    """A nomination, accepted two days later."""
    yield Scene(days_ago, "17:00", lambda stage: stage.nominate(cpts, by, who))
    yield Scene(days_ago - 2, "08:15", lambda stage: stage.accept_nomination(who))


def attached(days_ago: int, cpts: str, by: str, *people: str) -> Iterator[Scene]:
    """Requests that came a few days apart, each accepted two days later."""
    for rank, who in enumerate(people):
        yield from _attached(days_ago - 3 * rank, cpts, by, who)


def _attached(days_ago: int, cpts: str, by: str, who: str) -> Iterator[Scene]:
    yield Scene(days_ago, "12:00", lambda stage: stage.ask(cpts, who))
    yield Scene(days_ago - 2, "10:00", lambda stage: stage.accept(cpts, by, who))


def presided(days_ago: int, cpts: str, president: str, *people: str) -> Iterator[Scene]:
    yield Scene(days_ago, "15:00", lambda stage: stage.register_president(cpts, president))
    yield from attached(days_ago - 10, cpts, president, *people)
