"""Make this laptop known to a registry, or add one more person to it, by a code that the registry shows once."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, NoReturn

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from fieldapp.errors import N_, Clash, DomainError, Invalid, NotAllowed, RegistryUnreachable, Unavailable
from fieldapp.laptop.keys import KEY_BYTES, Account, check_passphrase
from fieldapp.laptop.laptop import Identity, Laptop
from fieldapp.settings import WEB_ADDRESS
from sync.ids import new_device_id

PATH = "/enrol/v1"
TIMEOUT = (10, 60)  # connect, read; seconds

# How the registry refuses, by its code: at the field of the code, or what is to be told otherwise.
BAD_CODE = {
    "unknown": N_("没有这个登记码。对照县里给的码再输一遍"),
    "used": N_("这个登记码已经用过了。请县里再出一个"),
    "expired": N_("这个登记码过期了。请县里再出一个"),
}
REFUSALS: dict[str, tuple[type[DomainError], str]] = {
    "clash": (Clash, N_("登记中心那里，这台电脑的编号已经登记过，或者已经停用。请找县里看一看。")),
    "wait": (Unavailable, N_("试的次数太多了。请过几分钟再试，填的内容都在。")),
}


@dataclass(frozen=True, slots=True)
class Application:
    """What a person fills in; `registry` and `label` only for a new laptop."""

    code: str
    passphrase: str
    again: str
    registry: str = ""
    label: str = ""


class UserSchema(Schema):
    """A person, as the registry describes her."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True, validate=validate.Length(1, 16))
    name = fields.String(required=True)
    login = fields.String(load_default="")
    role = fields.String(load_default="")
    areas = fields.List(fields.String(), load_default=list)


class AnswerSchema(Schema):
    """What the registry says to a code. `user` is whose code it was."""

    class Meta:
        unknown = EXCLUDE

    device = fields.String(required=True)
    label = fields.String(load_default="")
    county = fields.String(load_default="")
    user = fields.String(load_default="")
    users = fields.List(fields.Nested(UserSchema), required=True, validate=validate.Length(1))
    recovery_key = fields.String(load_default=None, allow_none=True)


class Enrolment:
    """Enrols one laptop. The id and key it offers stay the same over tries: a lost answer must not burn the code."""

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self._device = new_device_id(laptop.entropy)
        self._key = Ed25519PrivateKey.from_private_bytes(laptop.entropy(KEY_BYTES))

    def new_laptop(self, wish: Application) -> Account:
        """Enrol this laptop and its first user. Raises Invalid by field, RegistryUnreachable, Unavailable, Clash."""
        if self.laptop.is_enrolled:
            raise Clash(N_("这台电脑已经登记过了。请登录。"))
        _check(wish, _whole(wish))
        answer = _ask(wish.registry.rstrip("/"), wish.code, self._device, self._key, wish.label.strip())
        account = _newcomer(answer, ())
        recovery = b64decode(answer["recovery_key"]) if answer["recovery_key"] else None
        identity = Identity(
            self._device, self._key, answer["label"] or wish.label.strip(), wish.registry.rstrip("/"),
            answer["county"], answer["users"], recovery,
        )  # fmt: skip
        self.laptop.begin(identity, account, wish.passphrase)
        return account

    def new_user(self, wish: Application) -> Account:
        """Add one more person, or give a known one with a new code a new passphrase. Within `store.use()`."""
        _check(wish, {})
        store = self.laptop.store
        answer = _ask(
            self.laptop.settings.registry_url or store.node("registry"), wish.code, store.device,
            self.laptop.signing_key(), store.node("label", ""),
        )  # fmt: skip
        account = _newcomer(answer, self.laptop.keys.accounts())
        self.laptop.add_user(account, wish.passphrase)
        with store.writing():
            store.set_node("users", answer["users"])
        return account


def _whole(wish: Application) -> dict[str, str | DomainError]:
    """What a new laptop lacks, by field."""
    wrong: dict[str, str | DomainError] = {}
    if not WEB_ADDRESS.allows(wish.registry):
        wrong["registry"] = N_("网址以 http:// 或 https:// 开头，县里给的纸上有")
    if not 1 <= len(wish.label.strip()) <= 40:
        wrong["label"] = N_("给电脑起个短名字，例如：万盛-017")
    return wrong


def _check(wish: Application, wrong: dict[str, str | DomainError]) -> None:
    """Before the code is spent: everything else must be right."""
    if not wish.code.strip():
        wrong["code"] = N_("登记码要填")
    try:
        check_passphrase(wish.passphrase)
    except Invalid as error:
        wrong |= error.fields
    if wish.passphrase != wish.again:
        wrong["again"] = N_("两次输的口令不一样。再输一遍")
    if wrong:
        raise Invalid(N_("有几处要改，改好再登记。登记码还没有用掉。"), fields=wrong)


def _ask(registry: str, code: str, device: str, key: Ed25519PrivateKey, label: str) -> dict[str, Any]:
    body = {
        "code": code.strip(),
        "device": device,
        "public_key": b64encode(key.public_key().public_bytes_raw()).decode(),
        "label": label,
    }
    try:
        answer = requests.post(registry + PATH, json=body, timeout=TIMEOUT)
    except requests.RequestException as error:
        raise RegistryUnreachable(
            N_("连不上登记中心 %(registry)s。请看看网络和网址；登记码还没有用掉，填的内容都在。"), registry=registry
        ) from error
    if answer.status_code != 200:
        _refuse(answer)
    try:
        loaded: dict[str, Any] = AnswerSchema().load(answer.json())
    except (ValueError, ValidationError) as error:
        raise _not_understood(registry) from error
    if loaded["device"] != device:
        raise _not_understood(registry)
    return loaded


def _refuse(answer: requests.Response) -> NoReturn:
    code = _code(answer)
    if code in BAD_CODE:
        raise Invalid(BAD_CODE[code], fields={"code": BAD_CODE[code]})
    if code in REFUSALS:
        kind, sentence = REFUSALS[code]
        raise kind(sentence)
    raise Unavailable(N_("登记中心现在办不了登记（%(status)s）。过一会儿再试。"), status=answer.status_code)


def _code(answer: requests.Response) -> str:
    """The registry's word for a refusal; "" from something else that answers there."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""


def _not_understood(registry: str) -> Invalid:
    sentence = N_("这个网址上不是登记中心，或者版本对不上")
    return Invalid(sentence, fields={"registry": sentence})


def _newcomer(answer: dict[str, Any], here: tuple[Account, ...]) -> Account:
    """Whose code it was: the one the registry names, else the only one who is not registered here yet."""
    known = {account.id for account in here}
    found = [user for user in answer["users"] if user["id"] == answer["user"]]
    found = found or [user for user in answer["users"] if user["id"] not in known]
    if len(found) != 1:
        raise NotAllowed(N_("这个登记码的人已经在这台电脑上登记过了。请直接登录。"))
    return Account(found[0]["id"], found[0]["name"], found[0]["role"])
