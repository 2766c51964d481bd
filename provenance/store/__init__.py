"""The store: one SQLite file that holds what was read, what was found and what was inferred.

The only package that imports sqlite3 or sqlite_utils, and the home of all SQL. It knows nothing of alignment, lineage or
the command line: it keeps rows, in transactions, and gives them back. The rooms:

    lock        one writer at a time, also after a kill
    connection  opening a file, telling what it is, saying what is wrong with it
    schema      tables, views and migrations: the public contract of names
    session     one open store: transactions, settings, queries; the base of the next eight
    runs        run, problem, change
    documents   document, body and its full-text index
    evidence    match, conflict, span and the segments of the index
    lineage     family, derivation, unseen_source, link, dirty
    outlets     outlet, naming
    corrections correction, and applied: what became of each
    upkeep      forget and purge, check, counts
    mending     what is missing, points nowhere or was lost
    survey      what reports ask of the whole
    rows        what comes back from the tables
    queries     the named queries
"""

from provenance.store.connection import library
from provenance.store.corrections import Corrections
from provenance.store.documents import Documents
from provenance.store.evidence import Evidence
from provenance.store.lineage import Lineage
from provenance.store.lock import lock
from provenance.store.mending import Mending
from provenance.store.outlets import Outlets
from provenance.store.queries import NAMED_QUERIES
from provenance.store.runs import Runs
from provenance.store.survey import Survey
from provenance.store.upkeep import Upkeep

__all__ = ["NAMED_QUERIES", "Store", "library", "lock"]


class Store(Runs, Documents, Evidence, Lineage, Outlets, Corrections, Upkeep, Mending, Survey):
    """One open store. `Store.open(path)` reads; `Store.open(path, write=True)` writes, and its caller holds `lock(path, ...)`.

    Every method that writes is one transaction of its own, or part of the surrounding `transaction()`. Methods that take
    ids or uris take any iterable of them. Failures that the machine or the user can mend are StoreErrors.
    """
