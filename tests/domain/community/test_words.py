"""The short lists every page reads are kept in the process, and never stale for whoever changed them."""

from forum.community.models import Country, CountryAlsoIn
from forum.community.queries import (
    all_regions,
    all_themes,
    countries_in,
    country_coded,
    in_alphabetical_order,
    region_called,
)
from forum.kernel.db import db, save


def test_the_lists_are_read_once_and_follow_a_change(app, make):
    make.region("andes", position=2)
    make.region("sahel", position=1)
    assert [region.slug for region in all_regions()] == ["sahel", "andes"]
    assert all_regions() is all_regions()
    make.region("pacific", position=3)
    assert [region.slug for region in all_regions()] == ["sahel", "andes", "pacific"]
    assert all_themes() == []


def test_a_country_is_found_in_its_second_region_too(app, make):
    north, latin = make.region("north"), make.region("latin")
    make.country("MX", of=north)
    save(CountryAlsoIn(country_code="MX", region_id=latin.id))
    assert [country.code for country in countries_in(latin.id)] == ["MX"]
    assert country_coded("mx").region_id == north.id
    assert region_called("nowhere") is None


def test_a_country_has_a_name_in_every_language_of_the_site(app, make):
    make.country("AE", of=make.region("arab-states"))
    known = country_coded("AE")
    for country in (known, db.session.get(Country, "AE")):
        assert country.label("ar") == "الإمارات العربية المتحدة"
        assert country.label("pt") == "Emirados Árabes Unidos"
        assert country.label("en") == country.label("tlh") == known.labels["en"]


def test_countries_stand_where_a_reader_of_the_language_looks(app, make):
    north = make.region("north")
    for code in ("AE", "DE", "ZW"):
        make.country(code, of=north)
    countries = countries_in(north.id)
    assert [c.code for c in in_alphabetical_order(countries, "pt")] == [
        "DE",
        "AE",
        "ZW",
    ]  # Alemanha, Emirados, Zimbábue
