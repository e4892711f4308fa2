import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

ALLOWED = ["mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "account_logout"]
BARRED = ["/", "/settings/", "/admin/", "/admin/members/member/", "/events/", "/dashboard/", "/privacy/"]


@pytest.fixture
def production(settings):
    settings.IS_PRODUCTION = True


@pytest.fixture
def staff(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.mark.parametrize("path", BARRED)
def test_staff_without_a_second_factor_reach_nothing_else_in_production(staff, production, path):
    for response in (staff.get(path), staff.post(path)):
        assert (response.status_code, response.url) == (302, reverse("mfa_index"))


@pytest.mark.parametrize("name", ALLOWED)
def test_staff_without_a_second_factor_can_set_one_up_and_leave(staff, production, name):
    response = staff.get(reverse(name))

    assert response.status_code == 200 or response.url.startswith(reverse("account_reauthenticate"))


def test_staff_with_a_second_factor_work(staff, production, coordinator):
    TOTP.activate(coordinator, "JBSWY3DPEHPK3PXP")

    assert staff.get(reverse("members:settings")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(staff, production, coordinator):
    RecoveryCodes.activate(coordinator)

    assert staff.get(reverse("members:settings")).status_code == 302


@pytest.mark.parametrize("who", ["member", "chair"])
def test_others_are_let_through_in_production(client, production, request, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse("members:settings")).status_code == 200


def test_embedded_mode_only_says_so(staff, coordinator):
    page = staff.get(reverse("members:settings"))
    TOTP.activate(coordinator, "JBSWY3DPEHPK3PXP")
    page_with_factor = staff.get(reverse("members:settings"))

    assert "no second factor" in page.content.decode()
    assert "no second factor" not in page_with_factor.content.decode()
