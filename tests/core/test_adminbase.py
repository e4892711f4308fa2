"""What every screen of the admin loads: no script that nothing on it uses."""

import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from tests.make import make_event, make_participation

pytestmark = pytest.mark.django_db


def scripts(client, url):
    return [
        name.rpartition("/")[2] for name in re.findall(r'<script\b[^>]*\bsrc="/static/([^"]+)"', client.get(url).text)
    ]


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


def test_list_loads_its_menu_only(office):
    found = scripts(office, reverse("admin:events_event_changelist"))

    assert found == ["theme.js", "admin.js", "actions.js", "filters.js"]


def test_list_is_called_what_it_holds(office):
    page = office.get(reverse("admin:events_event_changelist"))

    assert page.context["title"] == "Events"
    assert "<h1>Events</h1>" in page.text


def test_time_that_no_template_sets_names_its_zone():
    moment = datetime(2026, 11, 28, 19, 55, tzinfo=UTC)

    with timezone.override("Europe/Berlin"):
        assert Template("{{ moment }}, {{ moment.date }}").render(Context({"moment": moment})) == (
            "28 Nov 2026, 20:55 CET, 28 Nov 2026"
        )


def test_form_loads_what_writes_slugs_only_where_one_is_written(office, group):
    event = make_event(group=group)

    new = scripts(office, reverse("admin:events_event_add"))
    old = scripts(office, reverse("admin:events_event_change", args=[event.pk]))

    assert "xregexp.min.js" not in new
    assert (
        new.index("jquery.min.js") < new.index("jquery.init.js") < new.index("urlify.js") < new.index("prepopulate.js")
    )
    assert {"jquery.min.js", "autocomplete.js", "inlines.js"} <= set(old)
    assert {"urlify.js", "prepopulate.js", "prepopulate_init.js", "calendar.js"}.isdisjoint(old)


def test_dates_are_picked_with_what_the_browser_has(office):
    page = office.get(reverse("admin:members_phase_add")).text

    assert re.search(r'<input type="date" name="starts_on"', page)


def test_fields_in_a_list_are_named_after_their_column_and_row(office, group, member):
    make_participation(event=make_event(group=group), member=member)

    page = office.get(reverse("admin:events_participation_changelist")).text

    assert f'aria-label="Attended: {member.name}"' in page


def test_records_of_every_app_stand_in_one_menu(office):
    page = office.get(reverse("admin:events_event_changelist")).text
    menu = page.partition('<nav id="records"')[2].partition("</nav>")[0]

    assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == ["/admin/events/event/"]
    assert "/admin/notifications/outgoingmail/" in menu
