"""References are cited for decades: what they are made of, and what happens when two would be the same."""

import pytest

from forum.meetings.references import congress_code, first_free, letters, meeting_base, recommendation_reference


def base(congress="WC21", **values):
    return meeting_base(
        congress,
        **{"city": None, "country": None, "region": None, "online": False, "start_date": "2019-06-06", **values},
    )


@pytest.mark.parametrize(
    ("place", "reference"),
    [
        ({"city": "Buenos Aires", "region": "latin-america-caribbean"}, "WC21-BUE19"),
        ({"city": "Mérida"}, "WC21-MER19"),
        ({"city": "The Hague"}, "WC21-HAG19"),
        ({"city": "大阪", "country": "Japan"}, "WC21-JAP19"),
        ({"country": "Costa Rica", "start_date": None}, "WC21-COS00"),
        ({"online": True, "region": "europe-central-asia"}, "WC21-EUR19"),
        ({"online": True, "region": "global"}, "WC21-ONL19"),
        ({"region": "global", "start_date": "2019"}, "WC21-GLO19"),
        ({"city": "Paris", "congress": None, "start_date": "2023-04"}, "JWC-PAR23"),
    ],
)
def test_a_meeting_is_named_after_its_congress_place_and_year(place, reference):
    congress = place.pop("congress", "WC21")
    assert base(congress, **place) == reference


def test_the_second_of_the_same_name_gets_a_letter():
    assert first_free("WC25-MAD24", set()) == "WC25-MAD24"
    assert first_free("WC25-MAD24", {"WC25-MAD24"}) == "WC25-MAD24B"
    assert first_free("WC25-MAD24", {"WC25-MAD24", "WC25-MAD24B"}) == "WC25-MAD24C"


def test_a_congress_without_a_year_is_the_next_one():
    assert congress_code("2009-11-04") == "WC09"
    assert congress_code(None) == "WC-NEXT"


def test_a_recommendation_adds_its_number():
    assert recommendation_reference("WC21-BUE19", 3) == "WC21-BUE19-R03"
    assert letters("St") == ""
