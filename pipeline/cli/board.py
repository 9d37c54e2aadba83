"""board: pages for editors in a browser."""

from __future__ import annotations

import ipaddress
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import settings
from pipeline.cli import EXIT_SETTINGS, EXIT_WRONG, fail, standard_streams
from pipeline.cli.bar import Bar
from pipeline.cli.parameters import READABLE_FILE, WRITABLE_FILE, Text, Whole, loaded
from pipeline.services import BOARD_EXTRA, BOARD_NEEDS, BOARD_PORT

if TYPE_CHECKING:
    from pipeline.runtime.board.access import Access, Network
    from pipeline.runtime.board.store import Store

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- refused without --name
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SCHEME_PORTS = ("80", "443")  # of http and https
FILE, SECRET = "board.sqlite", "board.secret"


@click.command()
@click.option("--host", type=Text(), default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=Whole(0, 65535), default=BOARD_PORT, show_default=True, help="Port to listen at; 0: any."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    type=Text(),
    help="A name that browsers call it by, with its port; may be given again.",
)
@click.option("--file", type=WRITABLE_FILE, help="The view; without it one in WIREDESK_STATE_DIR.")
@click.option("--rebuild", is_flag=True, help="Make the view anew from the topics.")
@click.option("--token-file", type=READABLE_FILE, help="A token that may be used again, instead of a printed one.")
@click.option("--proxy-header", type=Text(), help="A header in which a proxy names the user, as X-Forwarded-User.")
@click.option(
    "--proxy-from",
    "proxies",
    multiple=True,
    type=Text(),
    help="Whose header is believed, as 10.1.0.0/16; may be given again.",
)
@click.option("--end-with-stdin", is_flag=True, hidden=True)
def board(
    host: str,
    port: int,
    names: tuple[str, ...],
    file: Path | None,
    rebuild: bool,
    token_file: Path | None,
    proxy_header: str | None,
    proxies: tuple[str, ...],
    end_with_stdin: bool,
) -> None:
    """Serve pages for editors, until Ctrl-C: stories, wire, alerts, recalls, held, feeds, search.

    It prints an address with a token that serves once.  What it shows is a view of the topics, which can be deleted
    and made anew at any time (docs/board.md).
    """
    if bool(proxy_header) != bool(proxies):
        raise click.UsageError("--proxy-header and --proxy-from belong together; give both")
    if host in EVERYWHERE and not names:
        raise click.UsageError(
            f"--host {host} needs --name: how browsers will call the board, as board.example.org"
        )
    networks = tuple(map(_network, proxies))
    if end_with_stdin:
        standard_streams.end_with_stdin()
    with Bar() as bar:
        bar("starting", 0, 0)
        try:
            from pipeline.runtime.board.serve import Options, bound, serve
        except ModuleNotFoundError as error:
            if error.name not in BOARD_NEEDS:
                raise
            fail(BOARD_EXTRA, EXIT_SETTINGS)
        from pipeline.route.rules import DEFAULT, load_routes

        found = settings.load().made("state_dir")
        routes = loaded(load_routes, found.routes or DEFAULT)
    try:
        listening = bound(host, port)
    except OSError as error:
        remedy = "free it" if end_with_stdin else "name another --port or --host"  # `up` takes neither
        fail(f"{host}:{port}: {error.strerror}; {remedy}", EXIT_WRONG)
    with listening:
        port = listening.getsockname()[1]
        access = _access(found.state_dir, token_file, _hosts(host, port, names), proxy_header or "", networks)
        pages = (found.health_host, found.health_port) if found.health_port else None
        options = Options(file or found.state_dir / FILE, access, rebuild, tuple(routes.desks), pages)

        def opened(store: Store) -> None:
            if store.made_anew:
                click.echo(f"the view is made anew: {store.made_anew}", err=True)
            token = "" if access.is_token_reusable else f"?token={access.token}"
            click.echo(f"{called(host, port, names)}/login{token}")

        serve(found.connection, options, listening, opened)


def _access(
    folder: Path, token_file: Path | None, hosts: frozenset[str], header: str, networks: tuple[Network, ...]
) -> Access:
    from pipeline.runtime.board.access import Access, kept_secret, token_of

    try:
        token = token_of(token_file) if token_file else secrets.token_urlsafe(24)
    except ValueError as error:
        raise click.UsageError(f"--token-file: {error}") from None
    return Access(kept_secret(folder / SECRET), token, hosts, bool(token_file), header, networks)


def called(host: str, port: int, names: tuple[str, ...]) -> str:
    """How a browser begins the board's addresses: a name without a port is that of a server with TLS in front."""
    if names:
        return ("http://" if ":" in names[0] else "https://") + names[0]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _hosts(host: str, port: int, names: tuple[str, ...]) -> frozenset[str]:
    """What a Host header may say.

    A name with a port is that one; without a port it has that of this server, or behind a proxy that of its scheme,
    which browsers do not write.
    """
    own = f"[{host}]" if ":" in host else host
    known = LOOPBACK if own in LOOPBACK or host in EVERYWHERE else (own,)
    given = frozenset(one for name in names for one in _written(name.lower(), port))
    return frozenset({f"{one}:{port}" for one in known}) | given


def _written(name: str, port: int) -> tuple[str, ...]:
    """How browsers may write a name.  UsageError for what is none."""
    found = re.fullmatch(r"([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::([0-9]{1,5}))?", name)
    if not found:
        raise click.UsageError(f"--name {name}: give a name as browsers write it, as board.example.org:8443")
    bare, own = found[1], found[2]
    if own is None:
        return bare, f"{bare}:{port}"
    return (name, bare) if own in SCHEME_PORTS else (name,)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise click.UsageError(f"--proxy-from: {error}") from None
