"""Feeds the filter line's completion from what the tasks hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.suggester import Suggester

from headswap_tui.domain.filter_words import continued, offered

Values = Callable[[str], Sequence[str]]


class FilterSuggester(Suggester):
    """Looks a field's values up once, until `renew`."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._known: dict[str, Sequence[str]] = {}
        self.values: Values = lambda _field: ()
        """The values of a field as the tasks have them now."""

    def renew(self) -> None:
        """The tasks may be others now."""
        self._known.clear()

    async def get_suggestion(self, value: str) -> str | None:
        """The line with its last word completed, for Textual to show."""
        return self.whole(value)

    def whole(self, typed: str) -> str | None:
        """The line with its last word completed; `None` if there is nothing to add."""
        return continued(typed, self._values_of)

    def offered(self, typed: str) -> list[str]:
        """What the last word could become."""
        return offered(typed, self._values_of)

    def taken(self, typed: str) -> str | None:
        """The line as tab completes it: with what is suggested, behind a colon alone with what is offered first."""
        offers = self.offered(typed) if typed.endswith((":", ",")) else []
        return typed + offers[0] if offers else self.whole(typed)

    def _values_of(self, field: str) -> Sequence[str]:
        if field not in self._known:
            self._known[field] = self.values(field)
        return self._known[field]
