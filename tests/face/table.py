"""Every page a person opens: by which name, at which address, as whom. ``make audit`` reads this table too.

In an address ``<word>`` stands for what ``tests.face.seeds`` made. A new page gets a row here, or its name a reason in
``NOT_OPENED``; ``test_table.py`` fails until then.
"""

from dataclasses import dataclass, field

STRANGER, MEMBER, COORDINATOR = "stranger", "member", "coordinator"
# A member with a second factor of each kind. Other words: strangers in the middle of a form.
SECURED = "secured"


@dataclass(frozen=True)
class Page:
    """One page as one kind of reader.

    ``forms``: what is filled in and sent, one after the other, to get there; ``action``: how the address ends that they
    are sent to, where the page has several. The form's first button is pressed.
    """

    name: str
    path: str
    reader: str
    status: int = 200
    forms: tuple[dict[str, str], ...] = field(default=(), hash=False)
    action: str = ""

    def __str__(self):
        return f"{self.reader}{self.path}"

    @property
    def is_admin(self):
        return self.path.startswith("/admin/")

    def at(self, seeds):
        """The address with real values."""
        path = self.path
        for word, value in seeds.items():
            path = path.replace(f"<{word}>", str(value))
        assert "<" not in path, f"The seeds have no such word: {path}"
        return path


def pages(name, path, *readers, **more):
    return [Page(name, path, reader, **more) for reader in readers]


PORTAL = [
    *pages("pages:home", "/", STRANGER, MEMBER),
    *pages("pages:about", "/about/", STRANGER),
    *pages("pages:topics", "/topics/", STRANGER),
    *pages("pages:topic", "/topics/<topic>/", STRANGER, MEMBER),
    *pages("pages:group", "/groups/<group>/", STRANGER, MEMBER),
    *pages("pages:search", "/search/?q=the", STRANGER, MEMBER),
    *pages("pages:search", "/search/?q=nothing-like-it", MEMBER),
    *pages("pages:dashboard", "/dashboard/", MEMBER, COORDINATOR),
    *pages("pages:styleguide", "/styleguide/", COORDINATOR),
    *pages("events:list", "/events/", STRANGER, MEMBER),
    *pages("events:list", "/events/?when=drafts", COORDINATOR),
    *pages("events:list", "/events/?kind=briefing&topic=<topic>", MEMBER, STRANGER),
    *pages("events:detail", "/events/<event>/", STRANGER, MEMBER, COORDINATOR),
    *pages("events:detail", "/events/<cancelled>/", MEMBER),
    *pages("events:edit", "/events/<event>/edit/", COORDINATOR),
    *pages("events:cancel", "/events/<event>/cancel/", COORDINATOR),
    *pages("events:feed_settings", "/settings/calendar/", MEMBER),
    *pages("pages:news_settings", "/settings/feed/", MEMBER),
    *pages("events:rsvp", "/rsvp/<rsvp>/", STRANGER),
    *pages("events:rsvp", "/rsvp/unknown/", STRANGER, status=404),
    *pages("publications:list", "/publications/", STRANGER, MEMBER),
    *pages("publications:detail", "/publications/<paper>/", STRANGER, COORDINATOR),
    *pages("publications:page", "/publications/<paper>/versions/2/pages/1/", STRANGER),
    *pages("publications:page", "/publications/<paper>/versions/1/pages/1/", COORDINATOR),
    *pages("publications:compare", "/publications/<paper>/versions/1/compare/2/", COORDINATOR),
    *pages("publications:circulation", "/publications/draft/circulation/<circulation>/", MEMBER, COORDINATOR),
    *pages("publications:comments", "/publications/draft/circulation/<circulation>/comments/", MEMBER, COORDINATOR),
    *pages(
        "publications:own_comment",
        "/publications/draft/circulation/<circulation>/comments/?own",
        MEMBER,
        forms=({},),
        action="/own/",
    ),
    *pages("publications:send_comments", "/publications/draft/circulation/<circulation>/comments/send/", MEMBER),
    *pages("publications:drafts", "/settings/drafts/", MEMBER),
    *pages("publications:sheet", "/publications/draft/circulation/<circulation>/comments/sheet/", MEMBER),
    *pages("discussions:following", "/settings/discussions/", MEMBER),
    *pages("publications:resolution", "/publications/draft/circulation/<circulation>/resolution/", COORDINATOR),
    *pages("publications:tell_resolved", "/publications/draft/circulation/<circulation>/resolution/tell/", COORDINATOR),
    *pages("publications:resolve", "/publications/draft/circulation/<circulation>/resolution/<remark>/", COORDINATOR),
    *pages("discussions:list", "/discussions/", MEMBER),
    *pages("discussions:list", "/discussions/?show=mine&group=none", MEMBER),
    *pages("discussions:open", "/discussions/new/", MEMBER),
    *pages("discussions:detail", "/discussions/<thread>/", MEMBER, COORDINATOR),
    *pages("discussions:detail", "/discussions/<quiet>/", MEMBER),
    *pages("discussions:edit", "/discussions/<thread>/posts/1/edit/", MEMBER),
    *pages("discussions:delete", "/discussions/<thread>/posts/1/delete/", MEMBER),
    *pages("discussions:lift", "/discussions/<quiet>/posts/1/name/", MEMBER),
    *pages("discussions:report", "/discussions/<thread>/posts/2/report/", MEMBER),
    *pages("discussions:reports", "/discussions/reports/", COORDINATOR),
    *pages("discussions:settle_report", "/discussions/reports/<report>/", COORDINATOR),
    *pages("discussions:moderate", "/discussions/<thread>/posts/2/moderate/", COORDINATOR),
    *pages("discussions:lock", "/discussions/<thread>/lock/", COORDINATOR),
    *pages("discussions:hide", "/discussions/<thread>/hide/", COORDINATOR),
    *pages("discussions:move", "/discussions/<thread>/move/", COORDINATOR),
    *pages("discussions:rename", "/discussions/<thread>/title/", COORDINATOR),
    *pages("discussions:summarise", "/discussions/<thread>/summary/", COORDINATOR),
    *pages("discussions:settle", "/discussions/<thread>/outcome/", COORDINATOR),
    *pages("discussions:history", "/discussions/<thread>/posts/1/history/", MEMBER),
    *pages("members:legal", "/privacy/", STRANGER),
    *pages("members:legal", "/accessibility/", MEMBER),
    *pages("members:invitation", "/invitation/<invitation>/", STRANGER, MEMBER),
    *pages("members:invitation", "/invitation/unknown/", STRANGER, status=404),
    *pages("members:join", "/join/", STRANGER),
    *pages("members:joined", "/join/thanks/", STRANGER),
    *pages("members:list", "/members/", MEMBER),
    *pages("members:list", "/members/?q=nobody-like-that", MEMBER),
    *pages("members:detail", "/members/<person>/", MEMBER),
    *pages("members:group", "/groups/<group>/members/", MEMBER),
    *pages("members:settings", "/settings/", MEMBER),
    *pages("members:profile", "/settings/profile/", MEMBER),
    *pages("members:preview", "/settings/profile/preview/", MEMBER),
    *pages("members:export", "/settings/data/", MEMBER),
    *pages("members:confirm", "/settings/confirm/", "codeless"),
    *pages("notifications:list", "/notifications/", MEMBER),
    *pages("notifications:preferences", "/settings/mail/", MEMBER),
    *pages("notifications:unsubscribe", "/unsubscribe/<mail>/", STRANGER),
    *pages("notifications:unsubscribe", "/unsubscribe/unknown/", STRANGER, status=404),
]

RIGHT = {"login": "chair@example.org", "password": "<password>"}
WRONG = {"login": "chair@example.org", "password": "no"}
UNKNOWN = {"email": "nobody@example.org"}
SIGN_IN = {"login": "observer@example.org", "password": "<password>"}
ANOTHER = {"email": "another@example.org"}

ACCOUNTS = [
    *pages("account_login", "/accounts/login/", STRANGER),
    *pages("account_login", "/accounts/login/?next=/dashboard/", "mistaken", forms=(WRONG,)),
    *pages("account_signup", "/accounts/signup/", STRANGER),
    *pages("account_inactive", "/accounts/inactive/", STRANGER),
    *pages("account_request_login_code", "/accounts/login/code/", STRANGER),
    *pages("account_confirm_login_code", "/accounts/login/code/", "forgetful", forms=(UNKNOWN,)),
    *pages("account_reset_password", "/accounts/password/reset/", STRANGER),
    *pages("account_reset_password_done", "/accounts/password/reset/done/", STRANGER),
    *pages("account_reset_password_from_key", "/accounts/password/reset/key/<reset>/", STRANGER),
    *pages("account_reset_password_from_key", "/accounts/password/reset/key/1-unknown/", STRANGER),
    *pages("account_reset_password_from_key_done", "/accounts/password/reset/key/done/", STRANGER),
    *pages("mfa_authenticate", "/accounts/login/", "halfway", forms=(RIGHT,)),
    *pages("socialaccount_login_cancelled", "/accounts/3rdparty/login/cancelled/", STRANGER),
    *pages("socialaccount_login_error", "/accounts/3rdparty/login/error/", STRANGER),
    *pages("account_logout", "/accounts/logout/", MEMBER),
    *pages("account_email", "/accounts/email/", MEMBER),
    # The page for the code by which a new address is proved.
    *pages(
        "account_email_verification_sent", "/accounts/login/?next=/accounts/email/", "moving", forms=(SIGN_IN, ANOTHER)
    ),
    *pages("account_change_password", "/accounts/password/change/", MEMBER),
    *pages("account_set_password", "/accounts/password/set/", "proven"),
    *pages("account_reauthenticate", "/accounts/reauthenticate/", MEMBER),
    *pages("usersessions_list", "/accounts/sessions/", MEMBER),
    *pages("socialaccount_connections", "/accounts/3rdparty/", MEMBER),
    *pages("mfa_index", "/accounts/2fa/", MEMBER, SECURED),
    *pages("mfa_activate_totp", "/accounts/2fa/totp/activate/", MEMBER),
    *pages("mfa_add_webauthn", "/accounts/2fa/webauthn/add/", MEMBER),
    *pages("mfa_list_webauthn", "/accounts/2fa/webauthn/", MEMBER, SECURED),
    *pages("mfa_edit_webauthn", "/accounts/2fa/webauthn/keys/<key>/edit/", SECURED),
    *pages("mfa_remove_webauthn", "/accounts/2fa/webauthn/keys/<key>/remove/", SECURED),
    *pages("mfa_deactivate_totp", "/accounts/2fa/totp/deactivate/", SECURED),
    *pages("mfa_view_recovery_codes", "/accounts/2fa/recovery-codes/", SECURED),
    *pages("mfa_generate_recovery_codes", "/accounts/2fa/recovery-codes/generate/", SECURED),
    *pages("mfa_reauthenticate", "/accounts/2fa/reauthenticate/", SECURED),
    *pages("mfa_reauthenticate_webauthn", "/accounts/2fa/webauthn/reauthenticate/", SECURED),
]


def screens(label, *more, few=""):
    """The list and change pages of a model in the admin, and ``more``; ``few``: the query that keeps the list short."""
    app, model = label.split(".")
    there, row = f"/admin/{app}/{model}/", f"/admin/{app}/{model}/<{label}>/"
    found = {"changelist": f"{there}{few}", "change": f"{row}change/"}
    for each in more:
        # An act on rows is asked for at step/<act>/.
        name = each.removeprefix("step/")
        on_row = f"{there}add/" if each == "add" else f"{row}{each}/"
        found[name] = on_row if name == each else f"{there}{each}/?id=<{label}>"
    return [page for name, path in found.items() for page in pages(f"admin:{app}_{model}_{name}", path, COORDINATOR)]


ADMIN = [
    *pages("admin:index", "/admin/", COORDINATOR),
    *pages("admin:app_list", "/admin/events/", COORDINATOR),
    *screens("core.auditentry"),
    *screens("core.heartbeat"),
    *screens("events.event", "add", "history", "cancel", "export", "invite", "message", "remind", "reminders"),
    *pages("admin:events_event_schedule", "/admin/events/event/<draft>/schedule/", COORDINATOR),
    *pages("admin:events_event_delete", "/admin/events/event/<draft>/delete/", COORDINATOR),
    *screens("events.occasion", "add", "delete"),
    *screens("events.participation", "step/withdraw", few="?q=member"),
    *pages("admin:events_participation_absent", "/admin/events/participation/step/absent/?id=<held>", COORDINATOR),
    *screens("members.group", "add"),
    *screens("members.invitation", "add", "step/resend", "step/revoke"),
    *pages("admin:members_invitation_import", "/admin/members/invitation/import/", COORDINATOR),
    *screens("members.joinrequest", "step/approve", "step/decline"),
    *screens("members.legaltext", "add"),
    *screens("members.member", "step/suspend", "step/depart", "step/promote", "step/end-sessions", few="?q=guest"),
    *pages("admin:members_member_address", "/admin/members/member/<members.member>/address/", COORDINATOR),
    *screens("members.membership", "add", "step/end", few="?q=member"),
    *screens("members.organisation", "add"),
    *screens("members.phase", "add"),
    *screens("members.topic", "add"),
    *screens("publications.circulation", "add", "ask", "extend", "remind", "close", "cancel", few="?state__exact=open"),
    *pages("admin:publications_circulation_open", "/admin/publications/circulation/<prepared>/open/", COORDINATOR),
    *screens("publications.consultee", "step/take-off", "step/more-time", few="?answer=owed"),
    *screens("notifications.announcement"),
    *screens("notifications.outgoingmail", few="?q=member"),
    *pages("admin:notifications_outgoingmail_kinds", "/admin/notifications/outgoingmail/kinds/", COORDINATOR),
    *pages(
        "admin:notifications_outgoingmail_kind",
        "/admin/notifications/outgoingmail/kinds/event_changed/?language=en&zone=Pacific/Apia",
        COORDINATOR,
    ),
    *screens("notifications.reminder", few="?state__exact=missed"),
    *screens("notifications.suppression", "add"),
    *screens("publications.publication", "add", "file", "tell", "take-back", "withdraw", few="?q=Rechtsgrundlagen"),
    *pages("admin:publications_publication_publish", "/admin/publications/publication/<idle>/publish/", COORDINATOR),
    *pages("admin:publications_publication_time", "/admin/publications/publication/<idle>/time/", COORDINATOR),
]

PAGES = [*PORTAL, *ACCOUNTS, *ADMIN]

# Names, or patterns of names, of what is no page of its own, and why.
NOT_OPENED = {
    "healthz": "for monitors: a line of text",
    "readyz": "for monitors: a line of text",
    "pages:robots": "for crawlers: a text",
    "pages:sitemap*": "for crawlers: a file",
    "events:calendar": "a file",
    "events:feed": "a file",
    "publications:file": "a file",
    "publications:answer_none": "takes a form; its answer is a redirect",
    "publications:save_comment": "takes a form; its answer is a fragment or a redirect",
    "publications:delete_draft": "takes a form; its answer is a redirect",
    "publications:drafts_file": "a file",
    "publications:version_file": "a file",
    "publications:page_image": "a picture",
    "publications:version": "leads on",
    "publications:matrix": "a file",
    "publications:import_sheet": "takes a form; its answer is a redirect",
    "publications:template": "a file",
    "pages:news_feed": "a feed",
    "pages:topic_feed": "a feed",
    "publications:feed": "a feed",
    "publications:oai": "for harvesters: XML",
    "publications:bibtex": "a file",
    "publications:ris": "a file",
    "publications:csl": "a file",
    "events:answer": "takes a form; its answer is a fragment or a redirect",
    "notifications:read": "takes a form; its answer is a redirect",
    "discussions:follow": "takes a form; its answer is a redirect",
    "discussions:read": "takes a form; its answer is a redirect",
    "discussions:draft": "takes a form; its answer is a fragment",
    "discussions:draft_thread": "takes a form; its answer is a fragment",
    "discussions:draft_edit": "takes a form; its answer is a fragment",
    "discussions:post": "leads on",
    "discussions:file": "a file",
    "discussions:pin": "takes a form; its answer is a redirect",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "takes a form",
    "socialaccount_signup": "only after a single sign-on with an unknown address, which is refused",
    "django.views.generic.base.RedirectView": "leads on",
    "admin:django.*": "leads on, or the admin's 404",
    "admin:login": "leads to the portal's own login",
    "admin:logout": "leads to the portal's own sign-out",
    "admin:password_change*": "leads to the portal's own page",
    "admin:view_on_site": "leads on",
    "admin:jsi18n": "a script",
    "admin:autocomplete": "data for a field",
    "admin:*_history": "the stock page, looked at for events",
    "admin:*_add": "no such page where rows come about otherwise",
    "admin:*_delete": "the stock page, looked at for events and occasions; elsewhere refused",
    "admin:publications_publication_circulate": "leads on",
    "admin:members_member_demote": "as promote, the other way",
    "admin:members_member_reinstate": "as suspend, the other way",
    "admin:members_invitation_send": "as resend, for prepared ones",
    "admin:events_participation_attended": "as absent, the other way",
    "admin:notifications_outgoingmail_send-again": "as the other steps; needs a failed mail",
    "admin:notifications_outgoingmail_html": "the mail itself, looked at in its frame",
    "admin:notifications_outgoingmail_kind-html": "the mail itself, looked at in its frame",
    "admin:publications_publication_time-off": "as the other steps; needs a set time",
    "admin:publications_publication_begin": "as publish, earlier",
    "admin:publications_publication_clear": "as publish, earlier",
    "admin:publications_publication_idea": "as publish, back",
    "admin:publications_publication_draft": "as publish, back",
    "admin:publications_publication_reopen": "as publish, back",
    "admin:notifications_hold_*": "only after a restore",
}
