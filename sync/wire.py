"""The messages of one exchange, and their bytes: an envelope in JSON under zstd; payloads travel in it as they were
written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
import zstandard
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from sync.errors import Malformed, NewerVersion

VERSION = 1
PATH = "/sync/v1/exchange"
CONTENT_TYPE = "application/vnd.fieldapp.sync+zstd"
MESSAGE_LIMIT = 64 * 1024 * 1024  # bytes once unpacked

# How much a page may weigh before it is packed, in bytes. Laptops on slow lines ask for less.
PAGE_BYTES = 512 * 1024

# Records asked for by one request.
MOST_WANTED = 1_000

Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What a laptop says: the groups it has no answer for, how far it has read, what it misses.

    `seq` is the highest seq it ever gave out; `now` its clock in Unix milliseconds; `want` records of which it missed a
    revision; `known` the versions of the extras (people, keys, forms) that it has.
    """

    epoch: int
    seq: int
    now: int
    cursor: Cursor
    groups: list[list[str]] = field(default_factory=list)
    want: list[str] = field(default_factory=list)
    known: Mapping[str, str] = field(default_factory=dict)
    page: int = PAGE_BYTES
    v: int = VERSION


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to the group that begins at `first`: accepted or refused; `reason` {code, …} for the refused.

    `stamps` are the stored stamps where the registry shifted them. The same for a repeat as for the first time.
    """

    first: int
    verdict: str
    reason: Mapping[str, Any] | None = None
    stamps: list[int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registry says.

    `entries`: [record, type, area, parent, class, rev, stamp, payload] in stream order. `rows`: records as they are now
    [record, type, area, parent, class, rev, state]. `gone`: [record, rev] of those that lie elsewhere now. `more`: ask
    again at once. `left`: how many snapshot rows are still to come.
    """

    epoch: int
    now: int
    cursor: Cursor
    scope: list[str]
    verdicts: list[Verdict] = field(default_factory=list)
    entries: list[list[Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    gone: list[list[Any]] = field(default_factory=list)
    more: bool = False
    left: int = 0
    durable: int = 0
    extras: Mapping[str, Any] = field(default_factory=dict)
    v: int = VERSION


class _Envelope(Schema):
    class Meta:
        unknown = EXCLUDE  # a later version may say more; what must be understood raises `v`

    v = fields.Integer(required=True, strict=True)
    epoch = fields.Integer(required=True, strict=True)
    now = fields.Integer(required=True, strict=True)
    cursor = fields.Dict(keys=fields.String(), required=True)


class RequestSchema(_Envelope):
    """The envelope of a request; payloads inside groups are checked change by change."""

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    groups = fields.List(fields.List(fields.String(), validate=validate.Length(min=1)), load_default=list)
    want = fields.List(fields.String(), load_default=list, validate=validate.Length(max=MOST_WANTED))
    known = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    page = fields.Integer(strict=True, load_default=PAGE_BYTES, validate=validate.Range(4096, 8 * PAGE_BYTES))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Request:
        """The request itself."""
        return Request(**data)


class _VerdictSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    first = fields.Integer(required=True, strict=True)
    verdict = fields.String(required=True, validate=validate.OneOf(("accepted", "refused")))
    reason = fields.Dict(keys=fields.String(), allow_none=True, load_default=None)
    stamps = fields.List(fields.Integer(strict=True), allow_none=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Verdict:
        """The verdict itself."""
        return Verdict(**data)


class AnswerSchema(_Envelope):
    """The envelope of an answer."""

    scope = fields.List(fields.String(), required=True)
    verdicts = fields.List(fields.Nested(_VerdictSchema), load_default=list)
    entries = fields.List(
        fields.List(fields.Raw(allow_none=True), validate=validate.Length(equal=8)), load_default=list
    )
    rows = fields.List(fields.List(fields.Raw(allow_none=True), validate=validate.Length(equal=7)), load_default=list)
    gone = fields.List(fields.List(fields.Raw(), validate=validate.Length(equal=2)), load_default=list)
    more = fields.Boolean(load_default=False)
    left = fields.Integer(strict=True, load_default=0)
    durable = fields.Integer(strict=True, load_default=0)
    extras = fields.Dict(keys=fields.String(), load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Answer:
        """The answer itself."""
        return Answer(**data)


def pack(message: Request | Answer) -> bytes:
    """A message's bytes. Empty parts are left out: an idle exchange stays under a kilobyte both ways."""
    body = {name: part for name, part in asdict(message).items() if part is not False and part not in ([], {}, None)}
    return zstandard.ZstdCompressor(level=3).compress(orjson.dumps({"cursor": {}, "scope": [], **body}))


def unpack_request(body: bytes) -> Request:
    """Read a request; raises Malformed or NewerVersion."""
    request: Request = _load(RequestSchema(), body)
    return request


def unpack_answer(body: bytes) -> Answer:
    """Read an answer; raises Malformed or NewerVersion."""
    answer: Answer = _load(AnswerSchema(), body)
    return answer


def _load(schema: Schema, body: bytes) -> Any:
    try:
        if zstandard.frame_content_size(body) > MESSAGE_LIMIT:  # what the frame says is what would be set aside for it
            raise Malformed("larger than a message may be")
        plain = zstandard.ZstdDecompressor().decompress(body, max_output_size=MESSAGE_LIMIT)
        message = orjson.loads(plain)
        if isinstance(message, dict) and isinstance(message.get("v"), int) and message["v"] > VERSION:
            raise NewerVersion(f"version {message['v']}", theirs=message["v"], ours=VERSION)
        return schema.load(message)
    except (zstandard.ZstdError, ValueError, ValidationError) as error:
        raise Malformed(f"not a message: {error}") from error
