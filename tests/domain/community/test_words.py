"""The short lists every page reads are kept in the process, and never stale for whoever changed them."""

from forum.community.models import CountryAlsoIn
from forum.community.queries import all_regions, all_themes, countries_in, country_coded, region_called
from forum.kernel.db import save


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
