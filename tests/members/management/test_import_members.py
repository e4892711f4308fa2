import subprocess
import sys
import time
from io import StringIO

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command

from apps.members.actions import import_rows
from apps.members.importcells import Known
from apps.members.importing import read
from apps.members.models import Invitation
from apps.notifications.models import OutgoingMail, Reminder
from tests.make import NOW, make_invitation, make_topic


@pytest.fixture
def run(tmp_path, group):
    """Run the command on this text; return (what it wrote, the error it ended with)."""

    def command(text, *options, slug=group.slug):
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        out = StringIO()
        try:
            call_command("import_members", str(path), "--group", slug, *options, stdout=out)
        except CommandError as error:
            return out.getvalue(), str(error)
        return out.getvalue(), ""

    return command


def test_good_rows_become_prepared_invitations(run, group):
    topic = make_topic(title="Registries")

    out, error = run("email,name,role,topics\na@example.net,Ada,chair,registries\nb@example.net,Bo,,\n")

    assert (out, error) == ("working-group: 2 prepared, 0 skipped, 0 left out.\n", "")
    first, second = Invitation.objects.order_by("pk")
    assert (first.address, first.name, first.role, first.state) == ("a@example.net", "Ada", "chair", "prepared")
    assert list(first.topics.all()) == [topic]
    assert (second.group, second.invited_by) == (group, None)
    assert first.nonce != second.nonce
    assert not OutgoingMail.objects.exists()


def test_invite_sends_each_through_the_ledger(run):
    out, _error = run("email\na@example.net\nb@example.net\n", "--invite")

    assert out == "working-group: 2 invited, 0 skipped, 0 left out.\n"
    assert set(Invitation.objects.values_list("state", "round")) == {("sent", 1)}
    assert OutgoingMail.objects.filter(kind="invitation", state="queued").count() == 2
    assert Reminder.objects.count() == 2


def test_dry_run_changes_nothing(run, member):
    text = f"email\na@example.net\n{member.email}\n"

    out, error = run(text, "--dry-run", "--invite")

    assert "1 would be invited, 1 skipped, 0 left out." in out
    assert error == ""
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_members_and_invited_are_reported_and_left_as_they_are(run, group, member, other_group, other_member):
    prepared = make_invitation(group=group, address="p@example.net")
    sent = make_invitation(group=group, address="s@example.net", state="sent")
    make_invitation(group=group, address="r@example.net", state="revoked")
    make_invitation(group=other_group, address="o@example.net")
    addresses = ["MEMBER@example.org", "P@example.net", "s@example.net", "r@example.net", "o@example.net"]

    out, error = run("\n".join(["email", *addresses, other_member.email, ""]))

    assert error == ""
    assert out.splitlines() == [
        "Skipped, here already: line 2, email: member@example.org is in the group already.",
        "Skipped, here already: line 3, email: p@example.net is prepared or invited already.",
        "Skipped, here already: line 4, email: s@example.net is prepared or invited already.",
        "working-group: 3 prepared, 3 skipped, 0 left out.",
    ]
    for invitation in (prepared, sent):
        assert Invitation.objects.get(pk=invitation.pk).updated_at == invitation.updated_at


def test_second_run_does_nothing(run):
    text = "email\na@example.net\nb@example.net\n"
    run(text, "--invite")

    out, error = run(text, "--invite")

    assert "0 invited, 2 skipped" in out
    assert error == ""
    assert OutgoingMail.objects.count() == 2


def test_suspended_member_of_the_group_is_a_duplicate_and_no_error(run, suspended):
    out, error = run(f"email\n{suspended.email}\n")

    assert error == ""
    assert out.splitlines() == [
        "Skipped, here already: line 2, email: suspended@example.org is in the group already.",
        "working-group: 0 prepared, 1 skipped, 0 left out.",
    ]


def test_rows_that_another_import_prepares_meanwhile_are_duplicates(group):
    topic = make_topic()
    text = f"email,topics\na@example.net,{topic.slug}\nb@example.net,{topic.slug}\n"
    reading = read(text.encode(), Known({topic.slug: topic.pk}))

    def rows():
        # Read only once the other rows of the database have been looked at.
        make_invitation(group=group, address="A@example.net", name="Theirs")
        yield from reading.rows

    imported = import_rows(actor=None, group=group, rows=rows(), now=NOW, sends=True)

    assert [str(remark) for remark in imported.duplicates] == [
        "line 2, email: a@example.net is prepared or invited already."
    ]
    assert list(Invitation.objects.order_by("address").values_list("address", "name", "state", "topics")) == [
        ("A@example.net", "Theirs", "prepared", None),
        ("b@example.net", "", "sent", topic.pk),
    ]
    assert [mail.address for mail in OutgoingMail.objects.all()] == ["b@example.net"]


def test_bad_rows_are_named_left_out_and_end_in_status_one(run, suspended):
    suspended.memberships.all().delete()

    out, error = run(f"email,country\na@example.net,KE\nbad,XX\n{suspended.email},\n")

    assert out.splitlines() == [
        "Left out: line 3, email: “bad” is not an e-mail address.",
        "Left out: line 3, country: “XX” is no country. Use its two letters, such as KE, or its English name.",
        "Left out: line 4, email: this person has an account that is closed.",
        "working-group: 1 prepared, 0 skipped, 2 left out.",
    ]
    assert error == "2 rows have faults and were left out."
    assert Invitation.objects.get().address == "a@example.net"


def test_unknown_group_and_unreadable_file_are_said_clearly(run, group, tmp_path):
    assert run("email\n", slug="nowhere") == ("", "There is no group “nowhere”.")
    assert run("name\nx\n")[1].endswith("The first line must name the columns, with “email” among them.")
    for path in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(CommandError, match="can not be read"):
            call_command("import_members", str(path), "--group", group.slug)


def test_ten_thousand_rows_take_seconds_and_few_queries(run, group, django_assert_max_num_queries):
    make_topic(title="Registries")
    rows = [f"p{n}@example.net,Person {n},Institute {n % 300},KE,Africa/Nairobi,registries" for n in range(10_000)]
    started = time.monotonic()

    with django_assert_max_num_queries(400):
        out, _error = run("\n".join(["email,name,organisation,country,time_zone,topics", *rows, ""]))

    assert "10000 prepared" in out
    assert time.monotonic() - started < 60
    assert Invitation.objects.count() == Invitation.topics.through.objects.count() == 10_000


def test_command_line_ends_with_status_one_and_no_trace(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("email\na@example.net\n", encoding="utf-8")
    line = [sys.executable, "manage.py", "import_members", str(path)]

    missing_option = subprocess.run(line, cwd=portal.BASE_DIR, capture_output=True, text=True, check=False)

    assert missing_option.returncode == 2
    assert "--group" in missing_option.stderr
    assert "Traceback" not in missing_option.stderr
