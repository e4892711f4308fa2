"""The cache: Redis, and while Redis is away the database, so that pages work and rate limits go on counting."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache import BaseCache, caches
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

REST_SECONDS = 5
OPERATIONS = ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear")


class FallbackCache(RedisCache):
    """Redis first; after a fault the cache named "database" for some seconds, so a stuck Redis is not asked each time.

    What was written to one is not seen in the other: keep only what may be forgotten or be out of date
    for its own timeout. A rate limit can at most be used twice, once in each.
    """

    # One clock for all threads of the process: Django makes an instance per thread.
    rests_until: ClassVar[float] = 0.0

    @property
    def fallback(self) -> BaseCache:
        return caches["database"]

    def clear(self) -> None:
        """Forget our own keys only: Django would empty the whole Redis, where the queues live too."""
        client = self._cache.get_client(None, write=True)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1000):
            client.delete(key)

    @classmethod
    def is_resting(cls) -> bool:
        """Whether Redis was found away or stuck just now, by whoever asked it in this process."""
        return time.monotonic() < FallbackCache.rests_until

    @classmethod
    def rest(cls, fault: Exception) -> None:
        """Leave Redis alone for a while."""
        FallbackCache.rests_until = time.monotonic() + REST_SECONDS
        logger.warning("Redis is away (%s), the database stands in.", type(fault).__name__)


def _guarded(name: str) -> Callable[..., Any]:
    ask_redis = getattr(FallbackCache, name)

    def operation(self: FallbackCache, *args: Any, **kwargs: Any) -> Any:
        if not self.is_resting():
            try:
                return ask_redis(self, *args, **kwargs)
            except (RedisError, OSError) as fault:
                self.rest(fault)
        return getattr(self.fallback, name)(*args, **kwargs)

    operation.__name__ = name
    return operation


for _name in OPERATIONS:
    setattr(FallbackCache, _name, _guarded(_name))
