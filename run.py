"""The one door: starts the laptop's app, the registry or the demo, syncs once, or fills a folder. It decides nothing.

What a command serves is imported when the command may start, so that help and refusals come at once.

Exit codes: 0 fine · 1 something to mend, said in words · 2 wrong usage · 3 port in use · 4 wrong passphrase ·
5 data from a newer version · 6 folder used by a second copy · 7 registry not reachable.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from wsgiref.types import WSGIApplication

import click

from fieldapp import errors, log
from fieldapp.errors import N_, DomainError, Invalid
from fieldapp.folder import only_copy
from fieldapp.serve import Server, listen
from fieldapp.settings import LANGUAGES, PREFIX, default_data, load_laptop, load_registry
from fieldapp.web.i18n import gettext, say, speaking

SOMETHING_TO_MEND = 1
EXIT_CODES: dict[type[DomainError], int] = {
    errors.PortInUse: 3,
    errors.WrongPassphrase: 4,
    errors.NewerData: 5,
    errors.SecondCopy: 6,
    errors.RegistryUnreachable: 7,
}


# Spoken until the settings have been read.
FIRST_LANGUAGE = os.environ.get(f"{PREFIX}LANGUAGE", LANGUAGES[0])


def words(text: str) -> str:
    """A help text in the person's language."""
    with speaking(FIRST_LANGUAGE):
        return gettext(text)


class Door(click.Group):
    """The commands; without one the laptop's app starts. What cannot be done is said once, here, in plain words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`run.py --data DIR` means `run.py app --data DIR`."""
        named = any(arg in self.commands for arg in args[:1])
        asks_for_help = args[:1] == ["--help"]
        return super().parse_args(ctx, args if named or asks_for_help else ["app", *args])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of the domain becomes a sentence on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(say(error), err=True)
            ctx.exit(next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), SOMETHING_TO_MEND))


def option(*names: str, text: str, **more: Any) -> Callable[[Any], Any]:
    """An option whose help is in the person's language."""
    return click.option(*names, help=words(text), **more)


DATA = option(
    "--data",
    text=N_("数据放在哪个文件夹；不写就放在系统给用户存数据的地方"),
    type=click.Path(path_type=Path),
    metavar="DIR",
)
PORT = option("--port", text=N_("网页的端口"), type=int)
OPEN = option("--open", "open_browser", text=N_("启动后打开浏览器"), is_flag=True)
REGISTRY = option("--registry-url", text=N_("登记中心的网址"), metavar="URL")
USER = option("--user", text=N_("用谁的口令打开这台电脑的数据；只有一个人时不用写"), metavar="NAME")
PASSPHRASE_FILE = option(
    "--passphrase-file", text=N_("从文件读口令（第一行），不再询问"), type=click.Path(path_type=Path), metavar="FILE"
)


@click.group(cls=Door, help=words(N_("走访登记：入户调查和同步的程序。不写命令时，启动这台电脑上的走访程序。")))
@click.pass_context
def door(ctx: click.Context) -> None:
    """What all commands need."""
    log.set_up()
    speak(ctx, FIRST_LANGUAGE)


@door.command(help=words(N_("启动这台电脑上的走访程序。只在本机打开，别的电脑看不到。")))
@DATA
@PORT
@REGISTRY
@OPEN
@click.pass_context
def app(ctx: click.Context, data: Path | None, port: int | None, registry_url: str | None, open_browser: bool) -> None:
    """The app on a caseworker's laptop."""
    settings = load_laptop(data, os.environ, {"port": port, "registry_url": registry_url})
    speak(ctx, settings.language)
    with only_copy(settings.data), listen(settings.host, settings.port) as listener:
        from fieldapp.laptop import create_app

        serve(create_app(settings), listener, open_browser)


@door.command(help=words(N_("启动登记中心。大的地方请用 gunicorn 'fieldapp.registry:wsgi()'。")))
@DATA
@option("--host", text=N_("在哪个地址上提供服务"))
@PORT
@option("--database", text=N_("数据库：sqlite:///文件 或 postgresql://…"), metavar="URL")
@OPEN
@click.pass_context
def registry(
    ctx: click.Context, data: Path | None, host: str | None, port: int | None, database: str | None, open_browser: bool
) -> None:
    """The central registry."""
    settings = load_registry(data, os.environ, {"host": host, "port": port, "database": database})
    speak(ctx, settings.language)
    with listen(settings.host, settings.port) as listener:
        from fieldapp.registry import create_app

        serve(create_app(settings), listener, open_browser)


@door.command(help=words(N_("演示：一个登记中心和两台电脑，都在本机，已有虚构的数据。地址和口令会显示出来。")))
@DATA
@PORT
@OPEN
@click.pass_context
def demo(ctx: click.Context, data: Path | None, port: int | None, open_browser: bool) -> None:
    """The registry and two laptops on three loopback ports."""
    settings = load_registry(data or default_data("demo"), os.environ, {"port": port, "demo": True})
    speak(ctx, settings.language)
    with only_copy(settings.data):
        from fieldapp import demo as play

        play.run(settings, show=click.echo, browse=browse if open_browser else None)


@door.command(help=words(N_("现在同步一次，然后结束。要有一个能打开这台电脑数据的口令。")))
@DATA
@REGISTRY
@USER
@PASSPHRASE_FILE
@click.pass_context
def sync(
    ctx: click.Context, data: Path | None, registry_url: str | None, user: str | None, passphrase_file: Path | None
) -> None:
    """One exchange with the registry, now."""
    settings = load_laptop(data, os.environ, {"registry_url": registry_url})
    speak(ctx, settings.language)
    secret = passphrase(passphrase_file)
    from fieldapp.laptop.commands import sync_once

    click.echo(sync_once(settings, user, secret))


@door.command(
    help=words(
        N_("往这台电脑的文件夹里放虚构的住户，用来培训和试用。没登记过的文件夹成为练习用的电脑：口令由您定，不同步。")
    )
)
@DATA
@option("--households", text=N_("放多少户"), type=click.IntRange(1, 100_000), default=60, show_default=True)
@USER
@PASSPHRASE_FILE
@click.pass_context
def seed(
    ctx: click.Context, data: Path | None, households: int, user: str | None, passphrase_file: Path | None
) -> None:
    """Made-up households in a laptop's folder, unattended."""
    settings = load_laptop(data, os.environ)
    speak(ctx, settings.language)
    secret = passphrase(passphrase_file)
    with only_copy(settings.data):
        from fieldapp.laptop.commands import seed_folder

        click.echo(seed_folder(settings, user, secret, households))


def speak(ctx: click.Context, language: str) -> None:
    """From here on the program speaks the language of the settings, to its last word."""
    ctx.find_root().with_resource(speaking(language))


def passphrase(file: Path | None) -> str:
    """The passphrase from the first line of a file, or asked for."""
    if file is None:
        return str(click.prompt(gettext("口令"), hide_input=True))
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(N_("口令文件 %(file)s 读不出来。请核对路径和权限。"), file=file) from error
    if not lines or not lines[0]:
        raise Invalid(N_("口令文件 %(file)s 的第一行是空的。请把口令写在第一行。"), file=file)
    return lines[0]


def serve(app: WSGIApplication, listener: socket.socket, open_browser: bool) -> None:
    """Serve on a socket until Ctrl-C or a request of the system to end; says where."""
    server = Server(app, listener)
    url = f"http://{listener.getsockname()[0]}:{server.port}/"
    signal.signal(signal.SIGTERM, _end)  # a system that shuts down ends us as Ctrl-C does
    click.echo(gettext("请在浏览器里打开 %(url)s （结束：Ctrl-C）", url=url))
    if open_browser:
        browse(url)
    server.run()


def browse(url: str) -> None:
    """Open the browser; in a thread, because a text browser would not come back."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _end(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    door()
