"""Where a marked text can be seen in another text, however it is encoded.

    sightings.find(text) -> the set of marks in it, in small letters

A mark is a text that `mark(number)` makes: nothing else looks like one. The
text is taken apart in all ways that come to mind, inside of each other: JSON,
also pieces of it, backslash escapes, percent-encoding, base64 in both alphabets
at each offset, broken into lines or not, hexadecimal digits, gzip and zlib.
"""

import base64
import binascii
import json
import re
import string
import urllib.parse
import zlib

DIGITS = string.digits + string.ascii_lowercase
MARK = re.compile(r"qv7[0-9a-z]{5}zx")
DEPTH = 6


def mark(number):
    """A text of eleven characters of three kinds that is found again in any case."""
    digits = ""
    for _ in range(5):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    if number:
        raise ValueError("too many marks")
    return f"Qv7{digits}zX"


def find(text):
    """The marks that can be read out of a text."""
    found, seen = set(), set()
    _find(text, DEPTH, found, seen)
    return found


def _find(text, depth, found, seen):
    if len(text) < 8 or text in seen:
        return
    seen.add(text)
    found.update(MARK.findall(text.lower()))
    if depth == 0:
        return
    for inner in _readings(text):
        _find(inner, depth - 1, found, seen)


def _readings(text):
    start = text.lstrip()[:1]
    if start in ("{", "[", '"'):
        try:
            value = json.loads(text, strict=False)
        except ValueError:
            pass
        else:
            yield from strings(value)
    if "\\" in text:
        yield _unescape(text)
    if "%" in text:
        yield urllib.parse.unquote(text, errors="replace")
    if "+" in text:
        yield urllib.parse.unquote_plus(text, errors="replace")
    for run in re.findall(r"[A-Za-z0-9+/_-]{10,}", text):
        yield from _base64(run)
    for run in re.findall(r"[0-9A-Fa-f]{16,}", text):
        yield from _hex(run)
    if "\n" in text or "\\n" in text:
        for piece in re.findall(r"[A-Za-z0-9+/_=-]{4,}(?:\s+[A-Za-z0-9+/_=-]+)+", text):
            joined = "".join(piece.split())
            yield from _base64(joined)
            if re.fullmatch("[0-9A-Fa-f]+", joined):
                yield from _hex(joined)


def strings(value):
    """Every string of a JSON value, names of members too."""
    stack = [value]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def _unescape(text):
    short = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}

    def plain(match):
        c = match.group(1)
        if c[0] in "ux" and len(c) > 1:
            return chr(int(c[1:], 16))
        return short.get(c, c)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", plain, text, flags=re.S)


def _base64(run):
    plain = run.replace("-", "+").replace("_", "/").rstrip("=")
    for shift in range(4):
        part = plain[shift:]
        part = part[: len(part) // 4 * 4 + (0 if len(part) % 4 == 1 else len(part) % 4)]
        try:
            yield from _bytes(base64.b64decode(part + "=" * (-len(part) % 4)))
        except binascii.Error:
            pass


def _hex(run):
    for shift in range(2):
        part = run[shift:]
        yield from _bytes(bytes.fromhex(part[: len(part) // 2 * 2]))


def _bytes(data):
    for wbits in (31, 15):
        if wbits == 31 and data[:2] != b"\x1f\x8b" or wbits == 15 and data[:1] != b"\x78":
            continue
        try:
            yield zlib.decompressobj(wbits).decompress(data, 1 << 24).decode("latin-1")
        except zlib.error:
            pass
    text = data.decode("latin-1")
    if re.search(r"[ -~]{8}", text):
        yield text
