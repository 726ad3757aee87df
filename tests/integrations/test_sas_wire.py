"""What goes over the wire to the platforms: where the portal connects, what it proves, what it understands."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from app.consumers import Consumer, check_address, is_public, webhooks
from app.integrations.sas import connections
from app.integrations.sas.answers import LONGEST_REASON, Answer, Verdict, read_answer
from app.integrations.sas.client import Delivery, send
from app.integrations.sas.receiver import Mode, Platform
from app.integrations.sas.signing import NONCE, SIGNATURE, TIMESTAMP, Refused, signed, verify
from app.settings import SettingsError, load
from tests.support.platform import SECRET, TOKEN, running

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
DELIVERY = Delivery(uuid.UUID(int=1), "840021281", 3, '{"name":"CPTS"}', "2026-11-26T09:30:00.000000Z")


def consumer(url: str, key: str = "sas") -> Consumer:
    return Consumer(key, key, url, SecretStr(TOKEN if key == "sas" else SECRET))


# ── where it connects ───────────────────────────────────────────────────────

INNER = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3",  # noqa: S104 - never listened on
    "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
    "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    "localhost", "0x7f.1", "2130706433", "",
)  # fmt: skip


@pytest.mark.parametrize("address", INNER)
def test_an_inner_address_is_never_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "production"),
    [
        ("http://sas.example/etats", False),
        ("http://127.0.0.1:5081/", True),
        ("https://127.0.0.1/", True),
        ("https://localhost/", True),
        ("https://10.0.0.1/", True),
        ("https://[::ffff:10.0.0.1]/", True),
        ("https://169.254.169.254/latest", False),
        ("ftp://sas.example/", False),
        ("file:///etc/passwd", False),
        ("https://moi:secret@sas.example/", False),
        ("https://sas.example/#etats", False),
        ("https://sas.example/é t", False),
        ("https:///etats", False),
        ("https://sas.example:99999/", False),
        ("sas.example", False),
        ("", False),
    ],
)
def test_an_address_that_the_settings_may_not_hold(url: str, production: bool) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        check_address(url, production=production)


def test_addresses_that_the_settings_may_hold() -> None:
    check_address("https://sas.example/etats?v=1", production=True)
    check_address("https://93.184.216.34:8443/", production=True)
    for url in ("http://127.0.0.1:5081/", "http://localhost:5081/", "http://[::1]:5081/"):
        check_address(url, production=False)


@contextmanager
def resolved(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Iterator[list[str]]:
    """A name server that changes its mind at each question; yields the hosts it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        yield asked


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["169.254.169.254"], []])
def test_a_name_that_leads_inside_is_not_connected_to(answer: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *where: reached.append(where))
    with resolved(monkeypatch, answer):
        told = send(consumer("https://sas.example/etats"), DELIVERY)
    assert told.verdict is Verdict.LATER
    assert "réseau interne" in (told.reason or "")
    assert reached == []


def test_a_name_that_changes_its_mind_is_connected_where_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[Any] = []

    def connect(where: tuple[str, int], *_: Any) -> socket.socket:
        reached.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(connections.socket, "create_connection", connect)
    with resolved(monkeypatch, ["93.184.216.34"], ["127.0.0.1"]) as asked:
        send(consumer("https://sas.example/etats"), DELIVERY)
    assert (reached, asked) == ([("93.184.216.34", 443)], ["sas.example"])


def test_a_platform_of_this_machine_is_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with resolved(monkeypatch, ["93.184.216.34"]):
        told = send(consumer("http://localhost:5081/etats"), DELIVERY)
    assert "réseau interne" in (told.reason or "")


# ── what the settings say ───────────────────────────────────────────────────


def listed(**changed: Any) -> str:
    told = {"key": "vaucluse", "name": "Vaucluse", "url": "https://cpts.example/", "secret": SECRET}
    return json.dumps([{**told, "departements": ["84"], **changed}])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sas_url": "https://sas.example/"}, "SAS_URL et SAS_TOKEN vont ensemble"),
        ({"sas_token": TOKEN}, "SAS_URL et SAS_TOKEN vont ensemble"),
        ({"sas_url": "https://sas.example/", "sas_token": "court"}, "SAS_TOKEN doit compter"),
        ({"sas_url": "http://sas.example/", "sas_token": TOKEN}, "SAS_URL : http:// n’est admis"),
        ({"webhooks": "{"}, "WEBHOOKS doit être une liste JSON"),
        ({"webhooks": '{"a": 1}'}, "WEBHOOKS doit être une liste JSON"),
        ({"webhooks": '[{"key": "vaucluse"}]'}, "abonné n° 1 : il faut"),
        ({"webhooks": listed(key="sas")}, "key est faite"),
        ({"webhooks": listed(secret="court")}, "secret doit compter"),
        ({"webhooks": listed(departements=[])}, "departements est une liste"),
        ({"webhooks": listed(departements=["Vaucluse"])}, "departements est une liste"),
        ({"webhooks": listed(url="http://cpts.example/")}, "WEBHOOKS, vaucluse : http://"),
        ({"webhooks": json.dumps(json.loads(listed()) * 2)}, "la même clé"),
    ],
)
def test_the_portal_does_not_start_and_says_why_in_one_line(
    values: dict[str, str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsError):
        load(instance_path=tmp_path, **values)
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert SECRET not in error


def test_consumers_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = load(instance_path=tmp_path, sas_url="https://sas.example/", sas_token=TOKEN, webhooks=listed())
    sas, vaucluse = settings.consumers
    assert (sas.is_sas, sas.wants("13"), vaucluse.is_sas) == (True, True, False)
    assert (vaucluse.wants("84"), vaucluse.wants("13")) == (True, False)
    assert SECRET not in repr(settings.consumers) + repr(settings)
    assert load(instance_path=tmp_path).consumers == webhooks("") == ()


# ── what it proves ──────────────────────────────────────────────────────────

BODIES, NONCES = st.binary(max_size=200), st.text("0123456789abcdef", min_size=1, max_size=32)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(body=BODIES, nonce=NONCES, at=MOMENTS, drift=st.integers(-299, 299))
def test_a_signed_message_is_believed_once_within_five_minutes(
    body: bytes, nonce: str, at: datetime, drift: int
) -> None:
    headers, seen = signed(SECRET, body, at=at, nonce=nonce), dict[str, float]()
    verify(SECRET, body, headers, now=at + timedelta(seconds=drift), seen=seen)
    with pytest.raises(Refused, match="déjà vu"):
        verify(SECRET, body, headers, now=at + timedelta(seconds=drift), seen=seen)
    later = at.replace(microsecond=0) + timedelta(seconds=301)
    with pytest.raises(Refused):
        verify(SECRET, body, headers, now=later, seen=seen)


@given(
    body=BODIES,
    other=BODIES,
    nonce=NONCES,
    secret=st.text(min_size=1),
    part=st.sampled_from((TIMESTAMP, NONCE, SIGNATURE)),
)
def test_whatever_is_changed_in_a_message_it_is_refused(
    body: bytes, other: bytes, nonce: str, secret: str, part: str
) -> None:
    headers = signed(SECRET, body, at=NOW, nonce=nonce)
    forged: list[tuple[str, bytes, dict[str, str]]] = [
        (SECRET, body, {name: value for name, value in headers.items() if name != part}),
        (SECRET, body, {**headers, part: headers[part] + "0"}),
        (SECRET, b"0" + body, headers),
    ]
    forged += [(SECRET, other, headers)] if other != body else []
    forged += [(secret, body, headers)] if secret != SECRET else []
    for key, content, told in forged:
        with pytest.raises(Refused):
            verify(key, content, told, now=NOW, seen={})


def test_the_nonces_of_a_day_are_not_kept() -> None:
    seen: dict[str, float] = {}
    for minute in range(600):
        at = NOW + timedelta(minutes=minute)
        verify(SECRET, b"", signed(SECRET, b"", at=at, nonce=str(minute)), now=at, seen=seen)
    assert len(seen) <= 7


# ── what it understands ─────────────────────────────────────────────────────


def answer(status: int, told: Any = None, **headers: str) -> Answer:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return read_answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, now=NOW)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299, 409])
def test_a_platform_that_has_it_has_accepted_it(status: int) -> None:
    assert answer(status) == Answer(Verdict.ACCEPTED)


@pytest.mark.parametrize("status", [301, 302, 307, 401, 407, 408, 425, 429, 500, 502, 503, 504, 599])
def test_a_platform_in_trouble_is_asked_again(status: int) -> None:
    told = answer(status)
    assert told.verdict is Verdict.LATER
    assert str(status) in (told.reason or "")


TEXT, NOTHING = {"details": {"text": "gone"}}, {"diagnostics": "unknown"}


@pytest.mark.parametrize(
    ("status", "told", "said"),
    [
        (
            422,
            {"motif": "Téléphone\ninjoignable."},
            "refuse le contenu de cet envoi (422) : « Téléphone injoignable ».",
        ),
        (400, {"detail": "bad phone"}, "ne comprend pas cet envoi (400) : « bad phone »."),
        (404, {"issue": [NOTHING, TEXT]}, "ne connaît pas cette adresse ou cette CPTS (404) : « unknown; gone »."),
        (418, b"<h1>teapot</h1>", "ne comprend pas cet envoi (418)."),
        (403, {"motif": ["a"]}, "n’autorise pas cet envoi (403)."),
        (413, [1], "trouve cet envoi trop volumineux (413)."),
        (400, b"\xff\x00", "ne comprend pas cet envoi (400)."),
        (400, b"[" * 100_000, "ne comprend pas cet envoi (400)."),
    ],
)
def test_a_refusal_is_told_in_french_with_the_words_of_the_platform(status: int, told: Any, said: str) -> None:
    assert answer(status, told) == Answer(Verdict.REFUSED, f"La plateforme {said}")


def test_a_platform_that_talks_too_much_is_cut_short() -> None:
    assert len(answer(422, {"motif": "x" * 100_000}).reason or "") < LONGEST_REASON + 80


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("0", 1),
        ("999999999999", 3600),
        ("Thu, 26 Nov 2026 09:40:00 GMT", 600),
        ("Thu, 26 Nov 2020 09:40:00 GMT", 1),
        ("-5", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_a_platform_says_when_to_come_back_within_bounds(asked: str, seconds: int | None) -> None:
    assert answer(503, None, Retry_After=asked).wait == (timedelta(seconds=seconds) if seconds is not None else None)


# ── on a real socket ────────────────────────────────────────────────────────


@contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what it likes to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                with suppress(OSError):
                    talk(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/etats"


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.05)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("talk", [drip, drip_headers, lambda _: time.sleep(3)], ids=["body", "headers", "silence"])
def test_however_slowly_a_platform_speaks_it_has_its_time_and_no_more(talk: Callable[[socket.socket], None]) -> None:
    with speaking(talk) as url:
        start = time.monotonic()
        told = send(consumer(url), DELIVERY, seconds=0.4)
        took = time.monotonic() - start
    assert told.verdict is Verdict.LATER
    assert "n’a pas répondu" in (told.reason or "")
    assert took < 2


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "reçu.jsonl", token=TOKEN)
    with running(platform) as receiver:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {receiver.url}\r\nContent-Length: 0\r\n\r\n".encode()
        with speaking(lambda connection: connection.sendall(moved)) as url:
            told = send(consumer(url), DELIVERY)
    assert "ne suit pas" in (told.reason or "")
    assert platform.lines() == []


def test_an_endless_answer_is_not_read(tmp_path: Path) -> None:
    def shout(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 422 No\r\nConnection: close\r\n\r\n")
        while True:
            connection.sendall(b'"' * 65536)

    with speaking(shout) as url:
        assert send(consumer(url), DELIVERY, seconds=5).verdict is Verdict.REFUSED


def test_the_proxy_of_whoever_started_the_worker_does_not_see_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with running(Platform(tmp_path / "reçu.jsonl", token=TOKEN)) as receiver:
        assert send(consumer(receiver.url), DELIVERY).verdict is Verdict.ACCEPTED


def test_a_platform_receives_a_state_with_its_key_and_version(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "reçu.jsonl", token=TOKEN)
    with running(platform) as receiver:
        assert send(consumer(receiver.url), DELIVERY) == Answer(Verdict.ACCEPTED)
        assert send(consumer(receiver.url), DELIVERY) == Answer(Verdict.ACCEPTED)
    first, again = platform.lines()
    assert (first["effect"], again["effect"]) == ("kept", "known")
    assert (first["key"], first["finess"], first["version"]) == (str(DELIVERY.id), "840021281", 3)
    assert first["state"] == {"name": "CPTS"}
    assert Platform(platform.file).held == {"840021281": 3}


@pytest.mark.parametrize(("token", "secret", "key"), [("autre", None, "sas"), (None, "autre", "vaucluse")])
def test_a_platform_that_does_not_know_us_is_told_apart_from_one_that_refuses(
    tmp_path: Path, token: str | None, secret: str | None, key: str
) -> None:
    platform = Platform(tmp_path / "reçu.jsonl", token=token, secret=secret)
    with running(platform) as receiver:
        told = send(consumer(receiver.url, key), DELIVERY)
    assert told.verdict is Verdict.LATER
    assert "ne reconnaît pas le portail" in (told.reason or "")
    assert platform.lines() == []


def test_a_departmental_portal_checks_the_signature(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "reçu.jsonl", secret=SECRET)
    with running(platform) as receiver:
        assert send(consumer(receiver.url, "vaucluse"), DELIVERY).verdict is Verdict.ACCEPTED
    assert len(platform.nonces) == 1


@pytest.mark.parametrize(
    ("mode", "first", "then"),
    [
        (Mode.REFUSES, Verdict.REFUSED, Verdict.REFUSED),
        (Mode.FAILS, Verdict.LATER, Verdict.LATER),
        (Mode.REPEATS, Verdict.LATER, Verdict.ACCEPTED),
        (Mode.DROPS, Verdict.LATER, Verdict.ACCEPTED),
        (Mode.SLOW, Verdict.ACCEPTED, Verdict.ACCEPTED),
    ],
)
def test_a_platform_on_its_bad_days(tmp_path: Path, mode: Mode, first: Verdict, then: Verdict) -> None:
    platform = Platform(tmp_path / "reçu.jsonl", token=TOKEN, mode=mode, seconds=0.1)
    with running(platform) as receiver:
        assert send(consumer(receiver.url), DELIVERY).verdict is first
        assert send(consumer(receiver.url), DELIVERY).verdict is then
    held = mode not in {Mode.REFUSES, Mode.FAILS}
    assert platform.held == ({"840021281": 3} if held else {})


@given(body=BODIES, nonce=NONCES)
def test_the_verification_of_the_documentation_works(body: bytes, nonce: str) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "sas.md").read_text()
    code = page.partition("```python\n")[2].partition("```")[0]
    given_to: dict[str, Any] = {}
    exec(code, given_to)  # noqa: S102 - ours
    headers, seen = signed(SECRET, body, at=datetime.now(UTC), nonce=nonce), dict[str, float]()
    assert given_to["believed"](SECRET, headers, body, seen)
    assert not given_to["believed"](SECRET, headers, body, seen)
    assert not given_to["believed"](SECRET, headers, body + b"0", {})
    assert not given_to["believed"]("autre", headers, body, {})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of localhost, signed by itself: its file and that of its key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, today - timedelta(days=1), today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    tmp_path: Path, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to a checked address, TLS still to the name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    platform = Platform(tmp_path / "reçu.jsonl", token=TOKEN)
    with running(platform) as receiver:
        receiver.socket = context.wrap_socket(receiver.socket, server_side=True)
        there = consumer(f"https://localhost:{receiver.server_address[1]}/etats")
        assert "certificat" in (send(there, DELIVERY).reason or "")
        assert platform.lines() == []

        def vouched_for() -> requests.Session:
            session = Session()
            session.verify = str(certificate[0])
            return session

        Session = requests.Session  # noqa: N806 - the class
        monkeypatch.setattr(requests, "Session", vouched_for)
        assert send(there, DELIVERY).verdict is Verdict.ACCEPTED
        elsewhere = consumer(f"https://127.0.0.1:{receiver.server_address[1]}/etats")
        assert "certificat" in (send(elsewhere, DELIVERY).reason or "")
