"""What is answered, in the XML of the protocol; elements stand in the order its schema wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from forum.citing.citable import Citable, line
from forum.citing.metadata import dublin_core
from forum.kernel.later import Later
from forum.oai.arguments import PREFIX, OaiError
from forum.oai.queries import Header

if TYPE_CHECKING:
    from lxml import etree
else:
    etree = Later("lxml.etree")

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
#: What may stand between "oai:" and the id, by the guidelines for identifiers.
DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")


@dataclass(frozen=True)
class Repository:
    """Who answers.

    Args:
        address: of the endpoint.
        host: part of every identifier.
        mail: of whoever can be asked.
    """

    name: str
    address: str
    host: str
    mail: str

    def identifier(self, entry_id: int) -> str:
        return f"oai:{self.host}:{entry_id}"

    def entry_id(self, identifier: str) -> int | None:
        """The entry an identifier is of; None when it is none of ours."""
        start, _, number = identifier.rpartition(":")
        ours = start == f"oai:{self.host}" and number.isascii() and number.isdigit() and len(number) < 12
        return int(number) if ours else None


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(
    repository: Repository, now: datetime, arguments: Mapping[str, str], content: Iterable[etree._Element]
) -> bytes:
    """A whole answer.

    Args:
        arguments: those of the request; none when they were wrong, for then the answer must not repeat them.
    """
    root = etree.Element(_oai("OAI-PMH"), nsmap={None: OAI, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", SCHEMA)
    root.append(_text("responseDate", utc(now)))
    request = _text("request", repository.address)
    for name, value in arguments.items():
        request.set(name, line(value))
    root.append(request)
    root.extend(content)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def error(wrong: OaiError) -> etree._Element:
    found = _text("error", str(wrong))
    found.set("code", wrong.code)
    return found


def identify(repository: Repository, earliest: datetime) -> etree._Element:
    found = etree.Element(_oai("Identify"))
    for name, text in (
        ("repositoryName", repository.name),
        ("baseURL", repository.address),
        ("protocolVersion", "2.0"),
        ("adminEmail", repository.mail),
        ("earliestDatestamp", utc(earliest)),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ("compression", "gzip"),
    ):
        found.append(_text(name, text))
    if DOMAIN.fullmatch(repository.host):
        found.append(_description(repository))
    return found


def _description(repository: Repository) -> etree._Element:
    found = etree.Element(_oai("description"))
    scheme = etree.SubElement(found, f"{{{IDENTIFIER}}}oai-identifier", nsmap={None: IDENTIFIER})
    scheme.set(f"{{{XSI}}}schemaLocation", f"{IDENTIFIER} http://www.openarchives.org/OAI/2.0/oai-identifier.xsd")
    for name, text in (
        ("scheme", "oai"),
        ("repositoryIdentifier", repository.host),
        ("delimiter", ":"),
        ("sampleIdentifier", repository.identifier(1)),
    ):
        etree.SubElement(scheme, f"{{{IDENTIFIER}}}{name}").text = text
    return found


def formats() -> etree._Element:
    found = etree.Element(_oai("ListMetadataFormats"))
    one = etree.SubElement(found, _oai("metadataFormat"))
    for name, text in (("metadataPrefix", PREFIX), ("schema", DC_SCHEMA), ("metadataNamespace", OAI_DC)):
        one.append(_text(name, text))
    return found


def sets(named: Iterable[tuple[str, str]]) -> etree._Element:
    found = etree.Element(_oai("ListSets"))
    for spec, name in named:
        one = etree.SubElement(found, _oai("set"))
        one.append(_text("setSpec", spec))
        one.append(_text("setName", name))
    return found


def listed(
    verb: str, repository: Repository, headers: Sequence[Header], metadata: Mapping[int, Citable]
) -> etree._Element:
    """The answer to ListIdentifiers, ListRecords or GetRecord."""
    found = etree.Element(_oai(verb))
    for header in headers:
        if verb == "ListIdentifiers":
            found.append(_header(repository, header))
            continue
        record = etree.SubElement(found, _oai("record"))
        record.append(_header(repository, header))
        if header.id in metadata:
            etree.SubElement(record, _oai("metadata")).append(_dublin_core(metadata[header.id]))
    return found


def resumption(token: str, *, size: int, cursor: int) -> etree._Element:
    """Where the list goes on; an empty one ends a list that came in parts."""
    found = _text("resumptionToken", token)
    found.set("completeListSize", str(size))
    found.set("cursor", str(cursor))
    return found


def _header(repository: Repository, header: Header) -> etree._Element:
    found = etree.Element(_oai("header"))
    if header.is_gone:
        found.set("status", "deleted")
    found.append(_text("identifier", repository.identifier(header.id)))
    found.append(_text("datestamp", utc(header.stamped_at)))
    for spec in header.sets:
        found.append(_text("setSpec", spec))
    return found


def _dublin_core(thing: Citable) -> etree._Element:
    found = etree.Element(f"{{{OAI_DC}}}dc", nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI})
    found.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC} {DC_SCHEMA}")
    for name, text in dublin_core(thing):
        if clean := line(text):
            etree.SubElement(found, f"{{{DC}}}{name}").text = clean
    return found


def _oai(name: str) -> str:
    return f"{{{OAI}}}{name}"


def _text(name: str, text: str) -> etree._Element:
    found = etree.Element(_oai(name))
    found.text = line(text)
    return found
