"""The parameters that a store's results depend on: pinned when the store is made, compared ever after."""

from __future__ import annotations

from collections.abc import Mapping

from provenance import align, lineage, spread
from provenance.model import StoreError
from provenance.pipeline import analyst, postings
from provenance.store import Store

NOTHING = ""
"""No parameter has this value."""

EVIDENCE = analyst.SETTINGS | postings.SETTINGS | {"align_" + name: value for name, value in align.SETTINGS.items()}
INFERENCE = {"lineage_model": lineage.version()} | spread.SETTINGS


def differing(store: Store, values: Mapping[str, str], *, missing: bool = False) -> str:
    """Which of these parameters have another value in the store, in words; empty if none. missing: or have none there."""
    pinned = store.settings()
    return ", ".join(
        f"{name} is {pinned.get(name, 'not recorded')} in the store and {value} here"
        for name, value in sorted(values.items())
        if pinned.get(name, NOTHING if missing else value) != value
    )


def check(store: Store) -> None:
    """Raises StoreError, naming what differs and the remedy, for a store whose evidence was found with other parameters."""
    if named := differing(store, EVIDENCE):
        raise StoreError(
            f"{store.path}: made with other parameters ({named}); `provenance rebuild` finds everything anew with these"
        )


def pin(store: Store) -> None:
    """Record this version's parameters in a new store; refuse to add to one made with others, as `check` does."""
    check(store)
    store.pin(EVIDENCE | INFERENCE)


def repin(store: Store, *, lineage_only: bool) -> None:
    """Record this version's parameters, and none that it no longer knows, or only those of inference: all is found anew."""
    if lineage_only:
        store.repin(INFERENCE)
    else:
        store.repin(EVIDENCE | INFERENCE, whole=True)


def splits_differently(pinned: Mapping[str, str]) -> bool:
    """Whether these settings are of a version that found other words in a text."""
    return pinned.get("text") != EVIDENCE["text"]
