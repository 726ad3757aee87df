"""The rules that judge every page: a rule that finds nothing would make all tests green."""

from __future__ import annotations

import pytest

from tests.support.html_rules import fragment_faults, page_faults

GOOD = """<!doctype html>
<html lang="fr"><head><title>Accueil</title></head><body><main><h1>Relais</h1><h2>Suite</h2>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">
<label for="a">Nom</label><input id="a" name="nom"><button>Envoyer</button></form>
<a href="/aide">Aide</a></main></body></html>"""


def test_a_sound_page_has_no_fault() -> None:
    assert page_faults(GOOD) == []


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("<!doctype html>", "", "doctype"),
        ('lang="fr"', 'lang="en"', "lang"),
        ("<title>Accueil</title>", "", "<title>"),
        ("<title>Accueil</title>", "<title></title>", "<title>"),
        ("<h1>Relais</h1>", "", "<h1>"),
        ("<h1>Relais</h1>", "<h1>A</h1><h1>B</h1>", "<h1>"),
        ("<h2>Suite</h2>", "<h3>Suite</h3>", "follows an h1"),
        ('<label for="a">Nom</label>', "", "no label"),
        ('<label for="a">Nom</label>', '<label for="b">Nom</label>', "points to 'b'"),
        ("<h2>Suite</h2>", '<h2 id="a">Suite</h2>', "appears 2 times"),
        ("<h2>Suite</h2>", '<h2 style="x">Suite</h2>', "inline style"),
        ("<h2>Suite</h2>", '<h2 onclick="x()">Suite</h2>', "inline onclick"),
        ("<h2>Suite</h2>", '<h2 hx-on:click="x()">Suite</h2>', "inline hx-on"),
        ("<h2>Suite</h2>", "<script>x()</script>", "inline <script>"),
        ("<h2>Suite</h2>", '<script type="application/ld+json">x()</script>', "not JSON"),
        ("<h2>Suite</h2>", '<script type="application/ld+json">{"a":"<b>"}</script>', "markup in a data block"),
        ("<h2>Suite</h2>", '<script type="application/ld+json" id="x">{}</script>', "inline <script>"),
        ("<h2>Suite</h2>", "<style>a{}</style>", "inline <style>"),
        ("<h2>Suite</h2>", "<p>Suite", "closes <p>"),
        ("<h2>Suite</h2>", "<h2>None</h2>", "leak"),
        ("<h2>Suite</h2>", "<h2>{{ nom }}</h2>", "leak"),
        ("<h2>Suite</h2>", '<img src="/x.png">', "no alt"),
        ('value="t"', 'value=""', "csrf_token"),
        ('method="post"', 'method="get"', "csrf_token in a get form"),
        ('href="/aide"', 'href="#"', "link to nowhere"),
        ('href="/aide"', 'href="javascript:x()"', "javascript:"),
        (">Aide<", "><", "nameless <a>"),
        (">Envoyer<", "><", "nameless <button>"),
    ],
)
def test_each_rule_sees_its_fault(was: str, becomes: str, fault: str) -> None:
    assert was in GOOD
    found = page_faults(GOOD.replace(was, becomes, 1))
    assert any(fault in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<div id="fragment">Un</div>', None),
        ('<title>T</title><div id="fragment">Un</div><p id="n" hx-swap-oob="true">2</p>', None),
        ('<p id="n" hx-swap-oob="true">2</p>', None),
        ("<div>Un</div>", "no id"),
        ('<div id="fragment">Un</div><div id="b">Deux</div>', "2 roots"),
        ("<html><body></body></html>", "whole page"),
        ("", "0 roots"),
    ],
)
def test_a_fragment_has_one_root(html: str, fault: str | None) -> None:
    found = fragment_faults(html)
    assert found == [] if fault is None else any(fault in sentence for sentence in found), found
