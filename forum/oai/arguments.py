"""What a harvester asks, checked as strictly as the protocol wants.

https://www.openarchives.org/OAI/openarchivesprotocol.html, sections 3 and 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

PREFIX = "oai_dc"
#: Which arguments each verb needs, and which it may have; `resumptionToken` stands alone.
VERBS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set", "resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
}
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
SET = re.compile(r"(theme|region|kind)-([A-Za-z0-9_-]{1,80})", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9\-_.!~*'()]+", re.ASCII)  # of a format
URI = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*|[\w.~-]+)", re.ASCII)


class OaiError(Exception):
    """The protocol has a word for what is wrong.

    Args:
        code: as the protocol says it.
        message: for people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Selection:
    """Which records of all a list is about, and after which one it goes on.

    Args:
        since, until: both belong to it.
        kind_of_set, set_slug: "theme" and its slug, say; empty for everything.
        after: stamp and id of the last record given so far.
        given: how many were.
    """

    since: datetime | None = None
    until: datetime | None = None
    kind_of_set: str = ""
    set_slug: str = ""
    after: tuple[datetime, int] | None = None
    given: int = 0


def checked(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The arguments of a request, once each, and only those its verb knows.

    Raises:
        OaiError: badVerb or badArgument.
    """
    listed = list(pairs)
    verbs = [value for name, value in listed if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", "Say exactly one verb: " + ", ".join(VERBS) + ".")
    arguments = {name: value for name, value in listed if name != "verb"}
    if len(arguments) != len(listed) - 1:
        raise OaiError("badArgument", "Each argument may come only once.")
    needed, possible = VERBS[verbs[0]]
    if unknown := arguments.keys() - needed - possible:
        raise OaiError("badArgument", f"{verbs[0]} knows no argument {', '.join(sorted(unknown))}.")
    if "resumptionToken" in arguments:
        if len(arguments) > 1:
            raise OaiError("badArgument", "A resumptionToken stands alone.")
    elif missing := needed - arguments.keys():
        raise OaiError("badArgument", f"{verbs[0]} needs {', '.join(sorted(missing))}.")
    return {"verb": verbs[0], **arguments}


def repeatable(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments an answer may repeat: an identifier that is no URI is not there, and must not stand there either."""
    return {name: value for name, value in arguments.items() if name != "identifier" or URI.fullmatch(value)}


def selection(arguments: Mapping[str, str]) -> Selection:
    """What a first request for a list selects.

    Raises:
        OaiError: badArgument or cannotDisseminateFormat.
    """
    check_prefix(arguments["metadataPrefix"])
    since, until = arguments.get("from"), arguments.get("until")
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "Write from and until with the same granularity.")
    begins, ends = _moment(since, "from"), _moment(until, "until")
    if ends and until and DAY.fullmatch(until):
        ends += timedelta(days=1, seconds=-1)
    if begins and ends and begins > ends:
        raise OaiError("badArgument", "from lies after until.")
    named = SET.fullmatch(arguments["set"]) if "set" in arguments else None
    if "set" in arguments and named is None:
        raise OaiError("badArgument", "There is no such set: ListSets names them.")
    return Selection(begins, ends, named[1] if named else "", named[2] if named else "")


def check_prefix(prefix: str) -> None:
    """Accept the one format there is.

    Raises:
        OaiError: badArgument: no format can have such a name; or cannotDisseminateFormat.
    """
    if not NAME.fullmatch(prefix):
        raise OaiError("badArgument", "A metadataPrefix is made of letters, digits and - _ . ! ~ * ' ( ).")
    if prefix != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"Records come as {PREFIX} only.")


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    if not (DAY.fullmatch(text) or SECOND.fullmatch(text)):
        raise OaiError("badArgument", f"Write {name} as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        raise OaiError("badArgument", f"There is no such moment: {name}.") from None


class Tokens:
    """Resumption tokens: everything needed to go on, signed, so that nothing has to be remembered.

    They never expire. A list goes on after the last record that was given, in the order of stamps: a record that
    changes meanwhile moves to the end of the list, and so is never missed.
    """

    def __init__(self, secret: str) -> None:
        self.signed = URLSafeSerializer(secret, salt="oai-resumption")

    def token(self, verb: str, chosen: Selection) -> str:
        """A token for the rest of this list."""
        since, until, after = chosen.since, chosen.until, chosen.after
        return str(
            self.signed.dumps(
                [
                    verb,
                    since.isoformat() if since else None,
                    until.isoformat() if until else None,
                    chosen.kind_of_set,
                    chosen.set_slug,
                    [after[0].isoformat(), after[1]] if after else None,
                    chosen.given,
                ]
            )
        )

    def selection(self, token: str, verb: str) -> Selection:
        """What a token goes on with.

        Raises:
            OaiError: badResumptionToken: it is not ours, or of another verb.
        """
        try:
            said: list[Any] = self.signed.loads(token)
        except BadSignature:
            raise OaiError("badResumptionToken", "This token is not from here: begin anew.") from None
        if said[0] != verb:
            raise OaiError("badResumptionToken", f"This token is for {said[0]}.")
        since, until = (datetime.fromisoformat(text) if text else None for text in said[1:3])
        after = (datetime.fromisoformat(said[5][0]), said[5][1]) if said[5] else None
        return Selection(since, until, said[3], said[4], after, said[6])
