"""How a device proves who it is: an Ed25519 signature (RFC 8032) over what it sends.

Authorization: Fieldapp device=<id>,signature=<base64>
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.errors import NotEnrolled

_HEADER = re.compile(r"Fieldapp device=([0-9A-Z]{1,16}),signature=([A-Za-z0-9+/=]{1,100})\Z")


def _said(device: str, body: bytes) -> bytes:
    return b"fieldapp-exchange-1\n" + device.encode() + b"\n" + hashlib.sha256(body).digest()


def sign(key: Ed25519PrivateKey, device: str, body: bytes) -> str:
    """The Authorization header for a request body."""
    signature = base64.b64encode(key.sign(_said(device, body))).decode()
    return f"Fieldapp device={device},signature={signature}"


def device_of(header: str) -> str:
    """The device that a header names, not yet proved; raises NotEnrolled."""
    match = _HEADER.match(header)
    if match is None:
        raise NotEnrolled("no device named")
    return match[1]


def verify(public_key: bytes, header: str, body: bytes) -> None:
    """Check a header against the device's raw 32-byte public key; raises NotEnrolled."""
    match = _HEADER.match(header)
    try:
        if match is None:
            raise NotEnrolled("no signature")
        Ed25519PublicKey.from_public_bytes(public_key).verify(base64.b64decode(match[2]), _said(match[1], body))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotEnrolled("the signature does not fit") from error
