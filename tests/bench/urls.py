"""The portal's addresses and a bare page: all middleware, session and user, a body of any size, and nothing else."""

from django.http import HttpResponse
from django.urls import path

from cmmportal.urls import *  # noqa: F403
from cmmportal.urls import urlpatterns as portal_urls


def bare(request, size):
    """Answer a signed-in member with so many bytes."""
    assert request.user.pk
    return HttpResponse(b"x" * size)


urlpatterns = [path("bare/<int:size>/", bare), *portal_urls]
