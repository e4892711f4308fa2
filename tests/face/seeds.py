"""What the pages of the table show besides the demo: names in many scripts, long compounds, one row of each model.

Runs inside the portal under test: ``manage.py shell``, and in the tests that open the same pages without a browser.
"""

from datetime import timedelta
from hashlib import sha256

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.admin import site
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from fpdf import FPDF

from apps.core import audit
from apps.core.models import AuditEntry, Heartbeat
from apps.discussions import actions as discussing
from apps.discussions.models import PostReport, Thread
from apps.events.models import Event, Participation
from apps.members.models import Group, Invitation, Member, Membership, Organisation, Topic
from apps.notifications import outbox
from apps.notifications.models import Announcement, OutgoingMail, Suppression
from apps.notifications.recipients import recipient_of
from apps.publications.models import Author, Circulation, Comment, Consultee, DraftComment, Publication, Version

COMPOUND = "Treibhausgasemissionshandelsverordnungsänderungsgesetzgebungsverfahren"
AGENDA = f"""
1. {COMPOUND}
2. `{"0123456789" * 12}`

| {COMPOUND} | نص | 文 | x |
|---|---|---|---|
| a | b | c | d |
"""
LONG_NAMES = [
    "Friederike Schönenberger-Weißhäupl-Hauptmannsreuther",
    "ليلى بنت عبد الرحمن بن يوسف القرطبي",
    "उमाशङ्कर विश्वनाथन्नारायणस्वामी",
    "歐陽文靜與司馬相如",
    "Nguyễn Thị Minh Châu",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
]
READERS = {
    "member": "member@example.org",
    "coordinator": "coordinator@example.org",
    "secured": "chair@example.org",
    # Without a password; as "proven" with a fresh proof.
    "codeless": "codeless@example.org",
    "proven": "codeless@example.org",
}


def sow():
    """Make the rows; return what stands for the words in the table's addresses."""
    now = timezone.now()
    people = {login: Member.objects.get(email=f"{login}@example.org") for login in ("coordinator", "chair", "member")}
    event = _sow_event(people, now)
    key = _secure(people["chair"])
    Member.objects.create_user("codeless@example.org", name="Ohne Kennwort")
    return _words(event, people, key, now)


def _sow_event(people, now):
    """A public event soon, with everything long that a person could type."""
    group = Group.objects.get(slug="cmm-wg")
    event = Event.objects.create(
        group=group,
        title=f"{COMPOUND}: was bleibt, was kommt, und wer es bezahlt",
        slug="long",
        lead=f"{COMPOUND} in einem Satz, und 碳市場機制工作組 ohne jeden Zwischenraum",
        visibility="public",
        state=Event.State.SCHEDULED,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=2),
        time_zone="Asia/Kathmandu",
        place=f"{COMPOUND}straße 1, Bonn",
        online_link="https://meet.example.org/" + "long-" * 30,
        capacity=30,
        agenda=AGENDA,
        participants_hidden=False,
    )
    event.topics.set(Topic.objects.all()[:4])
    house = Organisation.objects.create(name=f"{COMPOUND}sgesellschaft mbH & Co. KG", country="DE")
    guests = [
        Member.objects.create_user(f"guest{n}@example.org", name=name, organisation=house, position=COMPOUND)
        for n, name in enumerate(LONG_NAMES)
    ]
    for guest in guests:
        Participation.objects.create(
            event=event, member=guest, invited_at=now, answer="yes", mode="online", has_seat=True, answered_at=now
        )
    for login in ("member", "coordinator"):
        Participation.objects.create(event=event, member=people[login], invited_at=now)
    Member.objects.filter(pk=people["member"].pk).update(organisation=house)
    for kind in ("event_invitation", "event_reminder"):
        outbox.notify(kind, event, [recipient_of(people[login]) for login in ("member", "chair")], "face")
    return event


def _sow_paper(group, author):
    """A public paper with a long title and authors in several scripts."""
    title = f"{COMPOUND}: Rechtsgrundlagen"
    paper = Publication.objects.create(
        group=group,
        title=title,
        slug="long",
        language="de",
        visibility="public",
        state=Publication.State.PUBLISHED,
        published_on=timezone.now().date(),
        abstract=AGENDA,
        byline=", ".join(LONG_NAMES),
        created_by=author,
    )
    for position, name in enumerate(LONG_NAMES, start=1):
        Author.objects.create(publication=paper, position=position, name=name)
    for number, word in enumerate(("kann", "muss"), start=1):
        _add_file(paper, number, f"Ein Vertragsstaat {word} jede Änderung mitteilen. {COMPOUND}. " * 12)
    return paper


def _add_file(paper, number, text):
    """A version of two pages, open to readers, which the portal's worker reads when it comes to it."""
    pdf = FPDF()
    pdf.set_font("helvetica", size=12)
    for _page in range(2):
        pdf.add_page()
        pdf.multi_cell(0, 8, text)
    content = bytes(pdf.output())
    Version.objects.create(
        publication=paper,
        number=number,
        file=ContentFile(content, name="long.pdf"),
        size=len(content),
        sha256=sha256(content).hexdigest(),
        pages=2,
        note=f"{COMPOUND} eingearbeitet",
        made_at=timezone.now(),
        published_at=timezone.now(),
    )


def _sow_circulation(group, member, now):
    """A paper in circulation, with everything long that a person could type, and many people asked."""
    paper = Publication.objects.create(
        group=group, title=f"{COMPOUND}: Entwurf", slug="draft", language="de", state=Publication.State.CIRCULATING
    )
    version = Version.objects.create(publication=paper, number=1, size=1, sha256="0" * 64, pages=14, made_at=now)
    circulation = Circulation.objects.create(
        publication=paper,
        version=version,
        state=Circulation.State.OPEN,
        opened_at=now,
        deadline_on=(now + timedelta(days=9)).date(),
        instructions=AGENDA,
        confidentiality=f"Nur für den Kreis der Angeschriebenen; {COMPOUND}",
    )
    asked = [member, *Member.objects.filter(email__startswith="guest")]
    Consultee.objects.bulk_create(
        Consultee(circulation=circulation, member=person, is_reviewer=True, added_at=now) for person in asked
    )
    place = {"page": 4, "section": "3.2", "paragraph": COMPOUND[:60], "quote": AGENDA[:300]}
    DraftComment.objects.create(circulation=circulation, member=member, comment=AGENDA, proposed_change=AGENDA, **place)
    for writer, label in ((member, ""), (asked[1], asked[1].name)):
        comment = Comment(circulation=circulation, label=label, attribution="name" if label else "none", **place)
        comment.comment, comment.sent_on = AGENDA, (now - timedelta(days=2)).date()
        comment.author = writer if label else None
        comment.sign_for(writer)
        comment.take_place()
        comment.save(force_insert=True)
    return circulation


def _sow_prepared(group, member, now):
    paper = Publication.objects.create(group=group, title=f"{COMPOUND}: Idee", slug="early")
    version = Version.objects.create(publication=paper, number=1, size=1, sha256="1" * 64, pages=1, made_at=now)
    prepared = Circulation.objects.create(
        publication=paper, version=version, deadline_on=(now + timedelta(days=9)).date(), instructions=AGENDA
    )
    prepared.groups.add(group)
    prepared.reviewers.add(member)
    return prepared


def _secure(member):
    """Give the member a second factor of each kind; returns the number of the security key."""
    TOTP.activate(member, generate_totp_secret())
    RecoveryCodes.activate(member)
    data = {"name": "Schlüssel am Bund", "credential": _credential()}
    return Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data=data).pk


def _credential():
    """What a browser sends when a security key is added, signed by nobody."""
    key = AttestedCredentialData.create(
        Aaguid.NONE, b"no key", ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    )
    seen = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP
    attested = AttestationObject.create("none", AuthenticatorData.create(b"r" * 32, seen, 0, key), {})
    client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "http://localhost")
    return {
        "id": websafe_encode(b"no key"),
        "rawId": websafe_encode(b"no key"),
        "type": "public-key",
        "response": {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attested)},
        "clientExtensionResults": {},
    }


def _sow_thread(event, people, now, **fields):
    """A thread about the event with three posts, the first edited since."""
    thread = Thread(group=event.group, event=event, title=f"{COMPOUND}: 碳市場機制工作組?", **fields)
    text = f"{AGENDA}\n\n> {COMPOUND}\n\nSee #2.[^1]\n\n[^1]: {COMPOUND}"
    _thread, first = discussing.open_thread(
        actor=people["member"], thread=thread, text=text, topics=event.topics.all(), now=now
    )
    for login in ("chair", "coordinator"):
        discussing.write_post(actor=people[login], thread=thread, text=f"@{people['member']} {COMPOUND}", now=now)
    discussing.edit_post(actor=people["member"], post=first, text=f"{text} And more.", revision=0, now=now)
    reported = thread.posts.get(number=2)
    discussing.report_post(actor=people["member"], post=reported, reason=COMPOUND, now=now)
    discussing.summarise_thread(actor=people["chair"], thread=thread, summary=AGENDA, now=now)
    return thread.pk


def _words(event, people, key, now):
    group = event.group
    invitation = Invitation.objects.create(
        group=group,
        address="guest@example.net",
        state=Invitation.State.SENT,
        sent_at=now,
        expires_at=now + timedelta(days=20),
    )
    mail = OutgoingMail.objects.get(kind="event_reminder", occasion="face", member=people["member"])
    member = people["member"]
    Suppression.objects.create(address="gone@example.net", reason="bounce")
    Announcement.objects.create(about=event, kind="event_message", occasion="face", member_ids=[], state="done")
    audit.record(AuditEntry.Event.EXPORT, actor=member)
    Heartbeat.strike("mail", now)
    held = Participation.objects.filter(event__state="held").exclude(attended=False).first()
    paper, circulation = _sow_paper(group, people["coordinator"]), _sow_circulation(group, member, now)
    idle = Publication.objects.create(group=group, title=f"{COMPOUND}: Skizze", slug="idle", language="de")
    return {
        **{model._meta.label_lower: _first(model) for model in site._registry},
        "event": event.slug,
        "events.event": event.pk,
        "cancelled": Event.objects.filter(state="cancelled").first().slug,
        "draft": Event.objects.filter(state="draft").first().pk,
        "held": held.pk,
        "events.participation": event.participations.get(member=member).pk,
        "rsvp": event.participations.get(member=member).token,
        "members.invitation": invitation.pk,
        "members.member": member.pk,
        "members.membership": Membership.objects.filter(member=member).first().pk,
        "invitation": invitation.token,
        "mail": mail.token,
        "notifications.outgoingmail": mail.pk,
        "remark": circulation.comments.in_place()[0].pk,
        "thread": _sow_thread(event, people, now),
        "quiet": _sow_thread(event, people, now, mode=Thread.Mode.UNATTRIBUTED),
        "report": PostReport.objects.order_by("reported_on", "pk")[0].pk,
        "prepared": _sow_prepared(group, member, now).pk,
        "paper": paper.slug,
        "publications.publication": paper.pk,
        "idle": idle.pk,
        "circulation": circulation.code,
        "topic": Topic.objects.filter(parent=None).first().slug,
        "group": group.slug,
        "person": people["chair"].pk,
        "key": key,
        "reset": f"{user_pk_to_url_str(member)}-{default_token_generator.make_token(member)}",
        "cookie": settings.SESSION_COOKIE_NAME,
        "sessions": {
            reader: _session(Member.objects.get(email=email), is_proven=reader != "codeless")
            for reader, email in READERS.items()
        },
    }


def _first(model):
    row = model._default_manager.order_by("pk").first()
    return row.pk if row else ""


def _session(member, *, is_proven):
    """The key of a session as the login makes it a moment ago, perhaps with a fresh proof after it."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    request = HttpRequest()
    request.session = session
    record_authentication(request, member, method="password", reauthenticated=is_proven)
    session.save()
    return session.session_key
