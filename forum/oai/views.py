"""The one address of the protocol. https://www.openarchives.org/OAI/openarchivesprotocol.html"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from forum.kernel.settings import Settings
from forum.oai import answers, arguments, queries
from forum.oai.answers import Repository
from forum.oai.arguments import OaiError, Selection, Tokens
from forum.oai.stamping import now

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

bp = Blueprint("oai", __name__)


@bp.route("/oai", methods=["GET", "POST"])
def harvest() -> ResponseReturnValue:
    """Answer a harvester; what it asks wrongly is answered too, in the protocol's own words."""
    repository = _repository()
    asked: Mapping[str, str] = {}
    content: Iterable[Element]
    try:
        asked = arguments.checked((request.form if request.method == "POST" else request.args).items(multi=True))
        content = VERBS[asked["verb"]](repository, asked)
    except OaiError as wrong:
        content = [answers.error(wrong)]
        if wrong.code in ("badVerb", "badArgument"):
            asked = {}
    answer = answers.envelope(repository, now(), arguments.repeatable(asked), content)
    return Response(answer, content_type="text/xml; charset=utf-8")


def _repository() -> Repository:
    settings: Settings = current_app.extensions["forum.settings"]
    base = current_app.config["BASE_URL"]
    host = urlsplit(base).hostname or "localhost"
    return Repository(current_app.config["SITE_NAME"], f"{base}/oai", host, settings.admin_address)


def identify(repository: Repository, asked: Mapping[str, str]) -> list[Element]:
    return [answers.identify(repository, queries.earliest() or now())]


def list_formats(repository: Repository, asked: Mapping[str, str]) -> list[Element]:
    if "identifier" in asked:
        _header(repository, asked["identifier"])
    return [answers.formats()]


def list_sets(repository: Repository, asked: Mapping[str, str]) -> list[Element]:
    if "resumptionToken" in asked:
        raise OaiError("badResumptionToken", "The list of sets comes whole.")
    return [answers.sets(queries.sets())]


def list_records(repository: Repository, asked: Mapping[str, str]) -> list[Element]:
    """ListRecords and ListIdentifiers: some records, and a token when more follow."""
    verb, tokens = asked["verb"], Tokens(current_app.config["SECRET_KEY"])
    token = asked.get("resumptionToken")
    chosen = arguments.selection(asked) if token is None else tokens.selection(token, verb)
    headers, more = queries.headers(chosen)
    if not headers:  # with a token too: what was to come may have moved out of the selection meanwhile
        raise OaiError("noRecordsMatch", "Nothing that is public fits." if token is None else "Nothing more fits.")
    metadata = queries.metadata_of(headers, site=current_app.config["BASE_URL"]) if verb == "ListRecords" else {}
    found = answers.listed(verb, repository, headers, metadata)
    if more or token is not None:
        found.append(_resumption(tokens, verb, chosen, headers if more else []))
    return [found]


def _resumption(tokens: Tokens, verb: str, chosen: Selection, given: list[queries.Header]) -> Element:
    token = ""
    if given:
        last = given[-1]
        following = replace(chosen, after=(last.stamped_at, last.id), given=chosen.given + len(given))
        token = tokens.token(verb, following)
    return answers.resumption(token, size=queries.count(chosen), cursor=chosen.given)


def get_record(repository: Repository, asked: Mapping[str, str]) -> list[Element]:
    arguments.check_prefix(asked["metadataPrefix"])
    header = _header(repository, asked["identifier"])
    metadata = queries.metadata_of([header], site=current_app.config["BASE_URL"])
    return [answers.listed("GetRecord", repository, [header], metadata)]


def _header(repository: Repository, identifier: str) -> queries.Header:
    entry_id = repository.entry_id(identifier)
    header = queries.header_of(entry_id) if entry_id is not None else None
    if header is None:
        raise OaiError("idDoesNotExist", "Nothing here has this identifier.")
    return header


VERBS: Mapping[str, Callable[[Repository, Mapping[str, str]], list[Element]]] = {
    "Identify": identify,
    "ListMetadataFormats": list_formats,
    "ListSets": list_sets,
    "ListIdentifiers": list_records,
    "ListRecords": list_records,
    "GetRecord": get_record,
}
