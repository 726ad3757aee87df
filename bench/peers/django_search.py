"""The same search in Django, as its documentation teaches it, over the tables of bench/peers/naive.py.

/rank: SearchRank over a tsvector column with its GIN index. /trigrams: word similarity of the names, with the index of
pg_trgm. Both show twenty lines and count three tabs. DATABASE_URL as the portal's. `application` is for gunicorn.
"""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse

from bench.peers.naive import BEST, SCHEMA, query

_URL = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _URL.path.strip("/"),
            "USER": _URL.username,
            "HOST": parse_qs(_URL.query)["host"][0],
            "CONN_MAX_AGE": None,
            "OPTIONS": {"options": f"-c search_path={SCHEMA},public"},
        }
    },
    INSTALLED_APPS=["django.contrib.postgres"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    SECRET_KEY="a secret of the benchmarks",  # noqa: S106
    USE_TZ=True,
)
django.setup()

from django.contrib.postgres.search import (  # noqa: E402 - settings come first
    SearchQuery,
    SearchRank,
    SearchVectorField,
    TrigramWordSimilarity,
)
from django.db import models  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402


class Document(models.Model):
    kind = models.SmallIntegerField()
    ref = models.TextField()
    name = models.TextField()
    card = models.TextField()
    words = SearchVectorField()

    class Meta:
        app_label = "bench"
        db_table = "document"
        managed = False

    def shown(self) -> dict[str, object]:
        card: dict[str, object] = json.loads(self.card)
        return card


TEMPLATE = engines["django"].from_string(
    """<div id="results"><h1>Résultats pour « {{ text }} »</h1>
<ul>{% for count in counts %}<li>{{ count }}</li>{% endfor %}</ul>
{% for line in lines %}{% with card=line.shown %}
<article class="resultat" data-type="{{ line.kind }}" data-id="{{ line.ref }}">
<h3><a href="/fiches/{{ line.ref }}">{{ card.title }}</a></h3>
<ul class="meta"><li>{{ card.category }}</li><li>{{ card.address }}</li><li>{{ card.phone }}</li></ul>
<div>{% for unit in card.units %}<a href="/unites/{{ unit.id }}">{{ unit.name }}</a>{% endfor %}</div>
</article>
{% endwith %}{% endfor %}</div>"""
)


def rank(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    typed = SearchQuery(query(text), search_type="raw", config="simple")
    found = Document.objects.filter(words=typed)
    return shown(text, found.annotate(rank=SearchRank("words", typed)).order_by("-rank"), found)


def trigrams(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")
    found = Document.objects.filter(name__trigram_word_similar=text)
    return shown(text, found.annotate(likeness=TrigramWordSimilarity(text, "name")).order_by("-likeness"), found)


def shown(text: str, ordered: models.QuerySet[Document], found: models.QuerySet[Document]) -> HttpResponse:
    counts = [found.filter(kind=kind).count() for kind in range(3)]
    return HttpResponse(TEMPLATE.render({"text": text, "lines": ordered[:BEST], "counts": counts}))


def hello(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


urlpatterns = [path("", hello), path("rank", rank), path("trigrams", trigrams)]
application = get_wsgi_application()
