"""/search: one box for everything, for whoever asks."""

import re

import pytest
from sqlalchemy import select

from forum.community.models import Profile, Shown
from forum.entries.events import EntryChanged
from forum.entries.models import Entry, Kind, Visibility
from forum.kernel import clock
from forum.kernel.db import db, save
from forum.kernel.events import record
from forum.library.models import Resource
from forum.search import changes
from forum.search import engine as engines


def index_everything(indexed):
    for id in db.session.scalars(select(Entry.id)):
        record(EntryChanged(entry_id=id))
    db.session.commit()
    indexed()


def ask(client, query: str = "", **fields):
    return client.get("/search", query_string={"q": query, **fields})


def total(answer) -> int:
    return int(re.search(r'data-total="(\d+)"', answer.text)[1])


def kinds(answer) -> list[str]:
    return re.findall(r'<li data-kind="(\w+)"', answer.text)


def test_before_a_question_the_page_says_what_can_be_asked(as_, indexed):
    page = as_(None).get("/search")
    assert page.status_code == 200
    assert 'id="before"' in page.text
    assert 'id="results"' not in page.text


def test_a_thread_is_found_with_its_words_marked(as_, cast, indexed):
    index_everything(indexed)
    page = ask(as_(None), "measuring waters")
    assert page.status_code == 200
    assert kinds(page) == ["thread"]
    assert f'href="/threads/{cast.thread.id}"' in page.text
    assert "<mark>Water</mark>" in page.text
    assert "<mark>measure</mark>" in page.text


def test_htmx_gets_the_part_and_a_browser_the_page(as_, cast, indexed):
    index_everything(indexed)
    part = ask(as_(None, htmx=True), "water")
    assert part.text.lstrip().startswith('<div id="found">')
    assert "<html" not in part.text
    assert "<html" in ask(as_(None), "water").text


def test_a_reply_leads_to_its_place_in_the_thread(as_, cast, indexed, make):
    for number in range(24):
        make.post(cast.thread, by=cast.bao, body=f"kangaroo{number} hops")
    index_everything(indexed)
    assert f"/threads/{cast.thread.id}#post-2" in ask(as_(None), "kangaroo0").text
    assert f"/threads/{cast.thread.id}?page=2#post-23" in ask(as_(None), "kangaroo21").text


def test_an_opening_post_is_found_as_its_thread(as_, cast, indexed):
    record(EntryChanged(entry_id=cast.thread.posts[0].id))
    db.session.commit()
    indexed()
    assert kinds(ask(as_(None), "measure")) == ["thread"]


def test_an_edit_a_deletion_and_a_hiding_are_followed(as_, cast, indexed, make):
    post = make.post(cast.thread, by=cast.bao, body="zebra")
    index_everything(indexed)
    assert total(ask(as_(None), "zebra")) == 1
    post.body = "giraffe"
    index_everything(indexed)
    assert (total(ask(as_(None), "zebra")), total(ask(as_(None), "giraffe"))) == (0, 1)
    cast.thread.hidden_at = clock.now()
    record(EntryChanged(entry_id=cast.thread.id))
    db.session.commit()
    indexed()
    assert total(ask(as_(None), "giraffe")) == 0, "what a hidden thread holds is hidden with it"
    cast.thread.hidden_at, post.deleted_at = None, clock.now()
    index_everything(indexed)
    assert total(ask(as_(None), "giraffe")) == 0


def test_filters_and_facets_work_by_plain_addresses(as_, cast, indexed, make):
    make.post(cast.thread, by=cast.bao, body="water again", language="es")
    index_everything(indexed)
    page = ask(as_(None), "water")
    assert re.findall(r'data-facet="(\w+)"', page.text) == ["kind", "language"]
    assert "/search?q=water&amp;kind=post" in page.text
    only = ask(as_(None), "water", kind="post")
    assert kinds(only) == ["post"]
    assert 'data-value="post" aria-current="true"' in only.text
    both = as_(None).get("/search?q=water&kind=post&kind=thread&region=andes&sort=date")
    assert total(both) == 2
    assert total(ask(as_(None), "water", year="1999")) == 0
    assert total(ask(as_(None), kind="thread")) == 1, "a filter alone lists everything of its kind"


def test_pages_follow_one_another(as_, cast, indexed, make):
    for number in range(25):
        make.post(cast.thread, by=cast.bao, body=f"llama {number}")
    index_everything(indexed)
    seen = []
    for number in (1, 2, 3):
        page = ask(as_(None), "llama", page=number)
        seen += re.findall(r'data-entry="(\d+)"', page.text)
        assert ('rel="next"' in page.text) == (number < 3)
    assert len(set(seen)) == 25
    assert ask(as_(None), "llama", page=4).status_code == 404
    assert ask(as_(None), "llama", page="x").status_code == 404


def test_a_misspelled_word_gets_a_better_one(as_, cast, indexed):
    index_everything(indexed)
    page = ask(as_(None), "custidy")
    assert 'id="instead"' in page.text
    assert "custody" in page.text
    assert 'id="nothing"' in page.text


def test_some_of_the_words_are_better_than_nothing(as_, cast, indexed):
    index_everything(indexed)
    page = ask(as_(None), "water spacecraft")
    assert kinds(page) == ["thread"]
    assert "some of them" in page.text


def test_what_holds_every_word_comes_first_and_what_holds_some_follows_on_all_pages(as_, cast, indexed, make):
    both = make.post(cast.thread, by=cast.bao, body="ibex and also chamois, far apart from one another in a long text")
    for number in range(14):
        make.post(cast.thread, by=cast.bao, body=f"ibex {number}")
    index_everything(indexed)
    client = as_(None)
    pages = [ask(client, "ibex chamois", page=number) for number in (1, 2)]
    assert total(pages[0]) == 15
    assert "The first result holds all of these words, the others some of them." in pages[0].text
    seen = [id for page in pages for id in re.findall(r'data-entry="(\d+)"', page.text)]
    assert (seen[0], len(seen), len(set(seen))) == (str(both.id), 15, 15)
    assert total(ask(client, "ibex chamois", kind="post")) == 15, "a filter never adds results"
    assert total(ask(client, "ibex chamois", sort="date")) == 1, "by date, only what holds every word"
    assert total(ask(client, '"ibex and"')) == 1


def test_a_filter_does_not_bring_in_what_holds_only_some_words_when_there_was_enough(as_, cast, indexed, make):
    for number in range(12):
        make.post(cast.thread, by=cast.bao, body=f"ibex chamois {number}")
    make.post(cast.thread, by=cast.bao, body="ibex alone", language="fr")
    make.post(cast.thread, by=cast.bao, body="ibex chamois", language="fr")
    index_everything(indexed)
    client = as_(None)
    assert total(ask(client, "ibex chamois")) == 13
    assert total(ask(client, "ibex chamois", language="fr")) == 1


def test_the_address_of_a_resource_finds_it_before_those_who_mention_it(as_, cast, indexed, make):
    link = "https://www.example.org/Reports/children-in-custody?lang=en"
    make.resource("Other words", by=cast.bao, url=link)
    make.thread(cast.ana, cast.andes_group, title="Have you read this?", body=f"It is at {link} since May.")
    make.resource("Words of another", by=cast.bao, url="https://www.example.org/Reports")
    index_everything(indexed)
    for typed in (link, "example.org/Reports/children-in-custody?lang=en", link.replace("https", "http") + "#page=2"):
        text = as_(cast.bao).get("/search", query_string={"q": typed}).text
        assert "Other words" in text and "Words of another" not in text
    text = as_(cast.bao).get("/search", query_string={"q": link}).text
    assert text.index("Other words") < text.index("Have you read this?")
    assert "Other words" not in as_(cast.bao).get("/search?q=example*").text, "an address is no word"


@pytest.mark.parametrize("link", ["https://doi.org/10.1000/xyz-1", "http://dx.doi.org/10.1000/xyz-1"])
def test_a_doi_finds_its_resource_however_either_is_written(as_, cast, indexed, make, link):
    make.resource("Other words", by=cast.bao, url=link)
    make.thread(cast.ana, cast.andes_group, title="Have you read this?", body="It is doi:10.1000/xyz-1 since May.")
    index_everything(indexed)
    for typed in ("10.1000/xyz-1", "doi:10.1000/xyz-1", "https://doi.org/10.1000/xyz-1", "dx.doi.org/10.1000/xyz-1"):
        text = as_(cast.bao).get("/search", query_string={"q": typed}).text
        assert text.index("Other words") < text.index("Have you read this?"), typed


@pytest.mark.parametrize("typed", ["https://[a.b/c", "https://a.b]/c", "https://a.b\u2100c/d", "https://www.-.-/"])
def test_what_is_nearly_an_address_finds_nothing(as_, cast, indexed, typed):
    index_everything(indexed)
    for path, name in (("/search", "q"), ("/library/alike", "url")):
        assert as_(cast.bao).get(path, query_string={name: typed}).status_code == 200


def test_a_reference_shows_its_own_entry_first(as_, cast, indexed, make):
    resource = save(Resource(title="Other words", type="report", reference="WC21-BUE19-R03"))
    make.thread(cast.ana, cast.andes_group, title="About WC21-BUE19-R03 WC21-BUE19-R03")
    index_everything(indexed)
    page = ask(as_(None), "wc21-bue19-r03")
    assert kinds(page)[0] == "resource"
    assert re.search(r'data-entry="(\d+)"', page.text)[1] == str(resource.id)


def test_results_carry_their_own_language(as_, cast, indexed, make):
    make.thread(cast.youssef, cast.sahel_group, title="العدالة للأطفال", body="نص", language="ar")
    index_everything(indexed)
    assert 'lang="ar" dir="auto"' in ask(as_(None), "عدالة").text


def test_markup_in_a_text_stays_text(as_, cast, indexed, make):
    make.thread(cast.ana, cast.andes_group, title="<img src=x> hazard", body="<script>alert(1)</script> hazard")
    index_everything(indexed)
    page = ask(as_(None), "hazard <script>")
    assert "<script>alert" not in page.text
    assert "<img src=x>" not in page.text
    assert "<mark>hazard</mark>" in page.text


def test_members_are_found_as_far_as_they_show_themselves(as_, cast, indexed):
    from forum.community.events import ProfileChanged

    save(Profile(member_id=cast.bao.id, organisation="Lighthouse", about="I like beacons"))
    shown = {"shown_in_directory": Shown.EVERYONE, "shown_about": Shown.EVERYONE}
    save(Profile(member_id=cast.dora.id, organisation="Lighthouse", about="Lanterns", **shown))
    hidden = {"shown_in_directory": Shown.NOBODY, "shown_organisation": Shown.EVERYONE}
    save(Profile(member_id=cast.youssef.id, organisation="Lighthouse", **hidden))
    for who in (cast.bao, cast.dora, cast.youssef):
        record(ProfileChanged(member_id=who.id))
    db.session.commit()
    indexed()
    assert total(ask(as_(cast.ana), "lighthouse")) == 2
    assert total(ask(as_(None), "lighthouse")) == 0
    visitor = ask(as_(None), "lanterns")
    assert kinds(visitor) == ["member"]
    assert f"/members/{cast.dora.handle}" in visitor.text
    assert "Lighthouse" not in visitor.text
    assert total(ask(as_(cast.ana), "lanterns")) == 1


ROLES = ("visitor", "dora", "bao", "ana", "chidi", "sofia")
SEES = {
    "private": {"ana", "chidi", "sofia"},
    "hidden": {"ana", "chidi", "sofia"},
    "draft": {"ana", "sofia"},
    "members": {"dora", "bao", "ana", "chidi", "sofia"},
    "public": set(ROLES),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_marker_appears_to_nobody_who_may_not_see_it(as_, cast, indexed, make, role):
    places = {
        "private": {"within": cast.closed_group},
        "hidden": {"within": cast.andes_group, "hidden_at": clock.now()},
        "draft": {"within": cast.andes_group, "visibility": Visibility.DRAFT},
        "members": {"within": cast.andes_group, "visibility": Visibility.MEMBERS},
        "public": {"within": cast.andes_group},
    }
    for word, place in places.items():
        thread = make.thread(cast.ana, title=f"Xylo{word} signpost", body=f"Bodymark{word}", **place)
        make.post(thread, by=cast.ana, body=f"Replymark{word}", language="fr")
    index_everything(indexed)
    client = as_(None if role == "visitor" else getattr(cast, role))
    seen = {word for word, roles in SEES.items() if role in roles}
    for word in SEES:
        for typed in (
            f"xylo{word}",
            f"bodymark{word}",
            f"replymark{word}",
            f'"xylo{word} signpost"',
            f"xylo{word[:3]}*",
        ):
            page = ask(client, typed)
            assert total(page) == (1 if word in seen else 0), (role, typed)
            assert (f"Xylo{word}" in page.text) == (word in seen)
        misspelled = ask(client, f"xyl{word}")
        assert (f"xylo{word}" in misspelled.text) == (word in seen)
    everything = ask(client, "signpost", kind="thread")
    assert total(everything) == len(seen)
    assert f"{len(seen)}</span>" in everything.text


def test_joining_a_group_makes_its_entries_findable_at_once(as_, cast, indexed, make):
    index_everything(indexed)
    assert total(ask(as_(cast.bao), "MARKER-PRIVATE")) == 0
    make.membership(cast.bao, cast.closed_group)
    db.session.commit()
    assert total(ask(as_(cast.bao), "MARKER-PRIVATE")) == 1


def test_what_was_hidden_after_indexing_is_not_shown(as_, cast, indexed):
    index_everything(indexed)
    cast.thread.hidden_at = clock.now()
    db.session.commit()
    assert "Water in custody" not in ask(as_(None), "water").text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves a damaged file open
def test_a_damaged_index_says_that_search_is_catching_up_and_comes_back(app, as_, cast, indexed):
    index_everything(indexed)
    engine = app.extensions["forum.search"]
    if engine.name == "postgresql":
        with engine.database.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA forum_search CASCADE")
    else:
        for file in engine.store.pointed("CURRENT").iterdir():
            if file.is_file():
                file.write_bytes(b"\0" * 64)
        engine.close()
    page = ask(as_(None), "water")
    assert page.status_code == 200
    assert "catching up" in page.text
    indexed()
    while not engine.health().ready:
        indexed()
    assert total(ask(as_(None), "water")) == 1


MALFORMED = [
    '"', '""', '"water', 'water"', '"""', "'", "AND", "OR", "NOT", "AND OR NOT", "OR OR OR", "NOT NOT", "-", "--", "- -", "-\"", "+", "*", "**",
    "?", "wat*er", "*water", "a*", "(", ")", "((((((", "water)", "title:", "title:water", ":", "date:[2020 TO", "[", "{", "^", "~", "water~9999",
    "water^-1", "\\", "\\\\", "/", "/.*/", "\0", "water\0fire", "\x01\x02\x1f", "\t\n\r", "\u202ewater", "\ufeff", "\ud7ff", "%", "%00", "_", "$",
    "<script>", "'; DROP TABLE entry; --", "{{ 7*7 }}", "water " * 2000, "w" * 10_000, '"' * 10_000, "(" * 10_000, "water* " * 1000, "OR " * 3000,
    "🦒", "👩‍👩‍👧", "ﷺ", "İ", "ß", "´", "…", "—", "= =water", "~state", "=", "e\u0301" * 200, "\u0301" * 300, "ا" * 300, "12345", "1e999", "NaN", " ",
]  # fmt: skip


@pytest.mark.parametrize("some", range(4))
def test_whatever_is_typed_gets_an_answer(as_, cast, indexed, some):
    index_everything(indexed)
    client = as_(cast.ana)
    for typed in MALFORMED[some::4]:
        for extra in ({}, {"kind": typed[:50], "year": "20\0", "language": "%", "sort": typed[:9]}):
            page = ask(client, typed, **extra)
            assert page.status_code == 200, typed
            assert "<h1>" in page.text


def test_broken_encoding_is_no_reason_to_fail(as_, cast, indexed):
    assert as_(None).get("/search?q=%ff%fe%00&kind=%ff").status_code == 200


def test_a_search_takes_few_statements_however_much_it_shows(as_, cast, indexed, make):
    from tests.statements import statements

    for number in range(12):
        make.post(cast.thread, by=cast.bao, body=f"llama {number}")
    index_everything(indexed)
    client = as_(None)
    ask(client, "llama")
    with statements() as run:
        ask(client, "llama")
    assert len(run) <= 5, run  # one asks which state the glossary is in


def test_the_index_is_followed_by_the_worker(app, as_, cast, indexed):
    from forum.worker import Worker

    record(EntryChanged(entry_id=cast.thread.id))
    db.session.commit()
    Worker(app).turn()
    assert total(ask(as_(None), "water")) == 1


def test_kinds_have_words_and_addresses(app):
    from forum.search.facets import kinds as words

    with app.test_request_context():
        assert set(words()) == {kind.value for kind in Kind} | {"member"}


def test_the_engine_is_the_one_the_settings_name(app):
    assert engines.current() is app.extensions["forum.search"]
    assert changes.READER == "forum.search"
