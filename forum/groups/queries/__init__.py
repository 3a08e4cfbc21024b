"""Reading groups, their grid and their people."""

from forum.groups.queries.grid import Cell, activity_grid
from forum.groups.queries.groups import GroupCard, GroupPage, InGroup, get_group, group_page, groups_for, in_group
from forum.groups.queries.people import PersonRow, member_called, membership_in, people_in, requests_for

__all__ = [
    "Cell",
    "GroupCard",
    "GroupPage",
    "InGroup",
    "PersonRow",
    "activity_grid",
    "get_group",
    "group_page",
    "groups_for",
    "in_group",
    "member_called",
    "membership_in",
    "people_in",
    "requests_for",
]
