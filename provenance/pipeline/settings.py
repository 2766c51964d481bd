"""The parameters that a store's results depend on: pinned when the store is made, compared ever after."""

from __future__ import annotations

from provenance import align
from provenance.model import StoreError
from provenance.pipeline import analyst, postings
from provenance.store import Store

LINEAGE_MODEL = "1"
"""Version of the lineage model. A newer one applies at `rebuild --lineage-only`."""

EVIDENCE = analyst.SETTINGS | postings.SETTINGS | {"align_" + name: value for name, value in align.SETTINGS.items()}


def pin(store: Store) -> None:
    """Record this version's parameters in a new store; refuse to add to one made with others.

    Raises StoreError naming what differs and the remedy.
    """
    pinned = store.settings()
    differing = {name: (pinned[name], value) for name, value in EVIDENCE.items() if name in pinned and pinned[name] != value}
    if differing:
        named = ", ".join(f"{name} is {old} in the store and {new} here" for name, (old, new) in sorted(differing.items()))
        raise StoreError(f"{store.path}: made with other parameters ({named}); `provenance rebuild` finds everything anew with these")
    store.pin(EVIDENCE | {"lineage_model": LINEAGE_MODEL})


def repin(store: Store) -> None:
    """Record this version's parameters: everything is found anew with them."""
    store.repin(EVIDENCE | {"lineage_model": LINEAGE_MODEL})
