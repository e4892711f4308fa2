"""The plain model, part of the seats: counted in person, without limit online, and a waiting list in its order."""


class Places:
    """Who has a seat at the event of ``world`` and who waits for one. ``limit``: seats in person, None for no limit."""

    def __init__(self, world, limit):
        self.world, self.limit, self.numbers = world, limit, 0

    @property
    def taken(self):
        return sum(part.is_seated and part.mode == "in_person" for part in self._parts())

    def give_up(self, part):
        part.is_seated, part.number = False, None

    def take(self, part, now):
        """A seat where one is free and nobody waits for it, else the end of the waiting list, in no audience."""
        if not self._is_waited_for(part.mode) and self._is_free(part.mode):
            part.is_seated, part.interested_since = True, part.interested_since or now
        else:
            self.numbers += 1
            part.number, part.interested_since = self.numbers, None

    def exchange(self, part, mode):
        """A seat for one of the other kind, where that can be had; else it is kept, and the answer refused."""
        if self._is_waited_for(mode) or not self._is_free(mode):
            return False
        part.mode = mode
        return True

    def promote(self, now):
        """Free seats go to those who wait, in order, and they are told; not any more when it has begun."""
        if not self.world.is_ahead(now):
            return
        waiting = [part for part in self.world.live() if part.number]
        for part in sorted(waiting, key=lambda part: part.number):
            if self._is_free(part.mode):
                number, part.number, part.is_seated = part.number, None, True
                part.since = part.interested_since = now
                self.world.post.say("event_seat", part.person, number, expires_at=self.world.start)

    def settle(self, now):
        """Who may not come any more gives their place back; who is back with a yes takes one as if they said it now."""
        for part in self._parts():
            if not self.world.is_live(part):
                self.give_up(part)
        for part in sorted(self._back(), key=lambda part: part.since):
            self.take(part, now)
        self.promote(now)

    def are_unsettled(self):
        return bool(self._back()) or any(_has_place(part) and not self.world.is_live(part) for part in self._parts())

    def _back(self):
        return [part for part in self.world.live() if part.answer == "yes" and not _has_place(part)]

    def _is_waited_for(self, mode):
        return any(part.number and part.mode == mode for part in self._parts())

    def _is_free(self, mode):
        return mode == "online" or self.limit is None or self.taken < self.limit

    def _parts(self):
        return self.world.parts.values()


def _has_place(part):
    return part.is_seated or part.number is not None
