"""/groups and /groups/<slug>: who sees which, and what each is offered."""

from forum.community.models import GroupVisibility, Joining
from forum.entries.models import EntryRegion, EntryTheme
from forum.kernel import clock
from forum.kernel.db import db, save
from tests.statements import statements


def tagged(thread, region, theme):
    save(EntryRegion(entry_id=thread.id, region_id=region.id))
    save(EntryTheme(entry_id=thread.id, theme_id=theme.id))
    db.session.commit()


def test_the_grid_counts_what_the_reader_may_see(cast, as_):
    tagged(cast.thread, cast.andes, cast.diversion)
    tagged(cast.closed_thread, cast.andes, cast.diversion)
    assert "1 conversation, 1 of them active lately" in as_(None).get("/groups").text
    assert "1 conversation, 1 of them active lately" in as_(cast.bao).get("/groups").text
    assert "2 conversations, 2 of them active lately" in as_(cast.ana).get("/groups").text


def test_each_cell_leads_to_its_conversations_and_its_working_group(cast, make, as_):
    make.group("andean-diversion", region_id=cast.andes.id, theme_id=cast.diversion.id)
    db.session.commit()
    text = as_(None).get("/groups").text
    assert "/threads?region=andes&amp;theme=diversion" in text and "/threads?region=sahel&amp;theme=detention" in text
    assert "Working group: Andean Diversion" in text


def test_my_groups_come_first_and_a_private_group_is_no_rumour(cast, as_):
    assert "My groups" not in as_(None).get("/groups").text
    mine = as_(cast.ana).get("/groups").text
    assert mine.index("My groups") < mine.index("Where conversations happen") and "Inner Circle" in mine
    for stranger in (None, cast.bao):
        assert "Inner Circle" not in as_(stranger).get("/groups").text


def test_without_any_group_the_page_says_what_to_do(app, make, as_):
    loner = make.member("loner")
    db.session.commit()
    text = as_(loner).get("/groups").text
    assert "You are in no group yet" in text and "No region has a group yet" in text


def test_a_visitor_reads_a_public_group(cast, as_):
    response = as_(None).get("/groups/andes")
    assert response.status_code == 200
    assert "Water in custody" in response.text and "Anyone can read what is said here" in response.text
    assert "Sign in to join" in response.text and "/join" not in response.text
    assert "Set-Cookie" not in response.headers


def test_a_private_group_is_not_there_for_others(cast, as_):
    for stranger in (None, cast.bao, cast.dora):
        for page in ("", "/members"):
            assert as_(stranger).get(f"/groups/inner-circle{page}").status_code == 404
    for insider in (cast.ana, cast.chidi, cast.sofia):
        assert as_(insider).get("/groups/inner-circle").status_code == 200
    assert as_(cast.bao).get("/groups/inner-circle/requests").status_code == 404
    assert as_(cast.bao).get("/groups/inner-circle/edit").status_code == 404
    assert as_(cast.bao).post("/groups/inner-circle/join").status_code == 404


def test_a_members_group_is_for_members(cast, make, as_):
    make.group("house", visibility=GroupVisibility.MEMBERS)
    db.session.commit()
    assert as_(None).get("/groups/house").status_code == 404
    assert as_(cast.dora).get("/groups/house").status_code == 200


def test_only_who_is_in_it_is_offered_to_start_a_conversation(cast, as_):
    link = 'href="/threads/new?group=andes"'
    assert link in as_(cast.bao).get("/groups/andes").text
    assert link not in as_(cast.dora).get("/groups/andes").text
    assert link not in as_(None).get("/groups/andes").text


def test_pinned_conversations_come_first(cast, make, as_):
    make.thread(cast.ana, cast.andes_group, title="Latest news")
    cast.thread.pinned_at = clock.now()
    db.session.commit()
    text = as_(None).get("/groups/andes").text
    assert text.index("Water in custody") < text.index("Latest news")


def test_the_group_page_runs_few_statements_however_much_is_said(cast, make, as_):
    for number in range(30):
        make.thread(cast.ana, cast.andes_group, title=f"T{number}")
    clients = {"visitor": (as_(None), 3), "member": (as_(cast.bao), 6), "stranger": (as_(cast.dora), 6)}
    clients |= {"facilitator": (as_(cast.ana), 6), "moderator": (as_(cast.chidi), 6)}
    for who, (client, budget) in clients.items():
        for address in ("/groups/andes?page=2", "/groups"):
            client.get(address)
            with statements() as run:
                assert client.get(address).status_code == 200
            assert len(run) <= budget, f"{who} {address}\n" + "\n".join(run)


def test_a_page_beyond_the_end_is_not_found(cast, as_):
    assert as_(None).get("/groups/andes?page=9").status_code == 404
    assert as_(None).get("/groups/andes/members?page=9").status_code == 404
    assert as_(None).get("/groups/nowhere").status_code == 404


def test_join_and_leave_work_as_plain_forms(cast, as_):
    client = as_(cast.dora)
    assert "Join the group" in client.get("/groups/andes").text
    response = client.post("/groups/andes/join")
    assert (response.status_code, response.location) == (303, "/groups/andes")
    assert "You are in this group" in client.get("/groups/andes").text
    assert client.post("/groups/andes/leave").status_code == 303
    assert "Join the group" in client.get("/groups/andes").text


def test_htmx_swaps_the_membership_panel_alone(cast, as_):
    client = as_(cast.dora, htmx=True)
    response = client.post("/groups/andes/join")
    assert response.status_code == 200
    assert '<section id="membership"' in response.text and "<html" not in response.text
    assert "You are in this group" in response.text
    assert "Join the group" in client.post("/groups/andes/leave").text


def test_a_visitor_who_joins_is_sent_to_sign_in(cast, as_):
    response = as_(None).post("/groups/andes/join")
    assert response.status_code == 303 and response.location.startswith("/sign-in")


def test_asking_keeps_the_note_and_can_be_withdrawn(cast, make, as_):
    make.group("careful", joining=Joining.REQUEST)
    db.session.commit()
    client = as_(cast.bao)
    assert client.post("/groups/careful/join", data={"note": "x" * 501}).status_code == 422
    client.post("/groups/careful/join", data={"note": "I work on this."})
    assert "You asked to join" in client.get("/groups/careful").text
    assert 'href="/threads/new?group=careful"' not in client.get("/groups/careful").text
    client.post("/groups/careful/leave")
    assert "Ask to join" in client.get("/groups/careful").text


def test_the_last_facilitator_is_asked_to_name_another(cast, as_):
    response = as_(cast.ana).post("/groups/andes/leave")
    assert response.status_code == 409 and "Name another one" in response.text


def test_a_region_group_is_called_what_its_region_is_called(cast, as_):
    cast.andes.labels = {"en": "Andes", "es": "Los Andes"}
    db.session.commit()
    assert '<h1 dir="auto">Los Andes</h1>' in as_(None).get("/groups/andes?lang=es").text


def test_leaving_a_private_group_leads_back_to_the_list(cast, make, as_):
    make.membership(cast.bao, cast.closed_group)
    db.session.commit()
    assert as_(cast.bao).post("/groups/inner-circle/leave").location == "/groups"
