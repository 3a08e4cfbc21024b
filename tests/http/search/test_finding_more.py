"""Pages inside files, more like this, searching within a place, words while one types, a browser's search box."""

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Visibility
from forum.kernel import clock
from forum.kernel.db import db
from forum.kernel.events import record
from forum.library.models import Licence
from tests.statements import statements

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def index_everything(indexed):
    for id in db.session.scalars(select(Entry.id)):
        record(EntryChanged(entry_id=id))
    db.session.commit()
    indexed()


class Options(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.values = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "option":
            self.values.append(dict(attrs)["value"])


def test_a_hit_inside_a_file_says_its_page_and_opens_there(as_, cast, make, indexed):
    guide = make.resource("A guide to visits")
    file = make.read_file(guide, "Nothing.", "The heron <b>stands</b> in the water.", number=7)
    index_everything(indexed)
    found = as_(None).get("/search?q=heron")
    assert f'href="/library/{guide.id}/files/7/pages/2?q=heron"' in found.text
    assert "<mark>heron</mark> &lt;b&gt;stands" in found.text
    assert found.text.count('data-kind="resource"') == 1
    opened = as_(None).get(f"/library/{guide.id}/files/{file.number}/pages/2?q=heron")
    assert opened.status_code == 200
    assert "<mark>heron</mark>" in opened.text


def test_of_a_record_only_the_place_is_shown_and_a_few_words(as_, cast, make, indexed):
    guide = make.resource("A guide", licence=Licence.RIGHTS_RESERVED)
    make.read_file(guide, "heron " + "word " * 200 + "THE-END", number=1)
    index_everything(indexed)
    found = as_(None).get("/search?q=heron")
    assert "<mark>heron</mark>" in found.text
    assert "THE-END" not in found.text
    assert "THE-END" not in as_(None).get(f"/library/{guide.id}/files/1/pages/1?q=heron").text


@pytest.mark.parametrize("role", ["visitor", "dora", "bao", "ana", "chidi", "sofia"])
def test_words_of_private_pages_appear_to_nobody_who_may_not_see_their_resource(as_, cast, make, indexed, role):
    private = make.resource("In here", group_id=cast.closed_group.id, visibility=Visibility.GROUP)
    hidden = make.resource("Out of sight", hidden_at=clock.now())
    public = make.resource("For all", publisher="Somebody")
    make.read_file(private, "xylomarker among trees")
    make.read_file(hidden, "yellowmarker among trees")
    make.read_file(public, "zebramarker among trees")
    index_everything(indexed)
    client = as_(None if role == "visitor" else getattr(cast, role))
    sees = role in ("ana", "chidi", "sofia")
    addresses = [
        *(f"/search?q={word}" for word in ("xylomarker", "yellowmarker", "xylo*", "xylomarkr", "trees", "marker")),
        f"/search?q=trees&within=entry/{private.id}", f"/search?like={public.id}", f"/search?like={private.id}",
        *(f"/search/suggest?q={word}" for word in ("xylo", "yell", "tree")),
    ]  # fmt: skip
    for address in addresses:
        for answer in (client.get(address), client.get(address, headers={"HX-Request": "true"})):
            said = answer.text.replace("xylomarkr", "").replace("q=xylomarker", "").replace('value="xylomarker"', "")
            if not sees:
                for marker in ("xylomarker among", ">xylomarker<", '"xylomarker"', "In here", "Out of sight"):
                    assert marker not in said, address
    found = client.get("/search?q=trees").text
    assert ("In here" in found) == sees
    assert "For all" in found


def test_a_search_stays_within_a_place_until_one_leaves_it(as_, cast, make, indexed):
    inside = make.thread(cast.ana, cast.andes_group, title="Heron in the Andes")
    make.thread(cast.dora, cast.sahel_group, title="Heron in the Sahel")
    index_everything(indexed)
    key = f"group/{cast.andes_group.id}"
    page = as_(cast.bao).get(f"/groups/{cast.andes_group.slug}")
    assert f'name="within" value="{key}"' in page.text
    found = as_(None).get(f"/search?q=heron&within={key}")
    assert f'data-entry="{inside.id}"' in found.text
    assert "Heron in the Sahel" not in found.text and "Sahel" not in found.text.split('id="results"')[1]
    assert 'href="/search?q=heron"' in found.text, "the way out"
    assert f'href="/groups/{cast.andes_group.slug}"' in found.text


def test_a_place_one_may_not_see_is_not_named(as_, cast, indexed):
    index_everything(indexed)
    for key in (
        f"entry/{cast.closed_thread.id}",
        f"group/{cast.closed_group.id}",
        "entry/999999",
        "nonsense",
        "group/x",
    ):
        page = as_(None).get("/search", query_string={"q": "water", "within": key})
        assert page.status_code == 200
        assert "Between us" not in page.text
        assert cast.closed_group.name not in page.text


def test_more_like_this_is_a_page_and_a_part(as_, cast, make, indexed):
    guide = make.resource("Herons and their habits", abstract="Herons stand in shallow water and fish.")
    other = make.resource("Fishing herons", abstract="How herons fish in shallow water.")
    make.resource("Something else", abstract="Trains and their timetables.")
    secret = make.resource(
        "Secret herons", abstract="herons fish", group_id=cast.closed_group.id, visibility=Visibility.GROUP
    )
    index_everything(indexed)
    asked = f"/search?like={guide.id}"
    page = as_(None).get(asked)
    assert f'data-entry="{other.id}"' in page.text
    assert f'data-entry="{guide.id}"' not in page.text
    assert f'data-entry="{secret.id}"' not in page.text
    part = as_(None, htmx=True).get(asked)
    assert part.text.strip().startswith("<ul")
    assert f'hx-get="{asked}"' in as_(None).get(f"/library/{guide.id}").text
    assert f'hx-get="/search?like={cast.thread.id}"' in as_(None).get(f"/threads/{cast.thread.id}").text
    assert as_(None).get(f"/search?like={secret.id}").status_code == 404
    assert as_(None).get("/search?like=x").status_code == 404
    assert as_(None).get(f"/search?like={cast.thread.posts[0].id}").status_code == 404


def test_words_are_offered_while_one_types(as_, cast, make, indexed):
    make.resource("Rehabilitation in custody")
    index_everything(indexed)
    as_options = Options(as_(None, htmx=True).get("/search/suggest?q=girls rehab").text)
    assert "girls rehabilitation" in as_options.values
    answer = as_(None).get("/search/suggest?q=rehab")
    assert answer.mimetype == "application/x-suggestions+json"
    typed, completions, descriptions, addresses = json.loads(answer.text)
    assert typed == "rehab"
    assert completions == ["rehabilitation", "Rehabilitation in custody"]
    assert len(completions) == len(descriptions) == len(addresses)
    for nothing in ("", " ", "r", "rehab ", '"rehab"', "\0", "*", "غ"):
        assert as_(None).get("/search/suggest", query_string={"q": nothing}).status_code == 200
    assert 'list="suggestions"' in as_(None).get("/search").text


def test_a_browser_can_add_the_search(as_, app):
    assert (
        '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"'
        in as_(None).get("/").text
    )
    answer = as_(None).get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(answer.text)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert root.find(f"{OPENSEARCH}ShortName").text == "Justice With", "of 16 letters at most, and whole words"
    urls = {url.get("type"): url.get("template") for url in root.findall(f"{OPENSEARCH}Url")}
    assert urls["text/html"].endswith("/search?q={searchTerms}")
    assert urls["application/x-suggestions+json"].endswith("/search/suggest?q={searchTerms}")


def test_pages_add_a_fixed_number_of_statements(as_, cast, make, indexed):
    for number in range(8):
        guide = make.resource(f"Guide {number}", publisher="UNICEF")
        make.read_file(guide, "heron", "heron", "heron")
    index_everything(indexed)
    for who, most in ((None, 7), (cast.bao, 10)):
        client = as_(who)
        client.get("/search?q=heron")
        with statements() as run:
            client.get("/search?q=heron")
        assert len(run) <= most, run
