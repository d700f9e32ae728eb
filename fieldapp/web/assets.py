"""What the browser loads: files of static/, and htmx out of the package that carries it. Nothing comes from a CDN.

An address carries the content's hash, so a file may be cached for ever and changes with its address.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from flask import Response, request

from fieldapp.errors import N_, NotFound

STATIC = Path(__file__).parents[2] / "static"
CARRIED = {"htmx.min.js": ("js_lib_htmx", "static/htmx/htmx.min.js")}
# Written down because Windows takes types from its registry, where .js is often text/plain and nosniff refuses it.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FOR_EVER = "public, max-age=31536000, immutable"


def _source(name: str) -> Traversable:
    if name in CARRIED:
        package, inside = CARRIED[name]
        return files(package).joinpath(inside)
    path = (STATIC / name).resolve()
    if STATIC not in path.parents or path.suffix not in TYPES or not path.is_file():
        raise NotFound(N_("没有这个文件"))
    return path


@cache
def _read(name: str, stamp: float) -> tuple[bytes, str]:
    content = _source(name).read_bytes()
    return content, sha256(content).hexdigest()[:12]


def _load(name: str) -> tuple[bytes, str]:
    source = _source(name)
    return _read(name, source.stat().st_mtime if isinstance(source, Path) else 0.0)


def asset_url(name: str) -> str:
    """The address of a static file, with the hash of its content."""
    return f"{request.script_root}/static/{name}?v={_load(name)[1]}"


def asset(name: str) -> Response:
    """Serve a static file; for ever when the address names this very content."""
    content, version = _load(name)
    response = Response(content, content_type=TYPES[PurePosixPath(name).suffix])
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == version else "no-cache"
    response.set_etag(version)
    response.make_conditional(request)
    return response
