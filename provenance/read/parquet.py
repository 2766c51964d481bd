"""Parquet: one row a document, read a few rows at a time.

Texts are kept as dictionaries while they are in Arrow's memory: a file of a kilobyte can repeat one long text a million times.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

from provenance.model import Document, Problem
from provenance.read.base import Options, Origin, Reader, needing
from provenance.read.compression import RATIO, SLACK
from provenance.read.decode import decode, is_binary
from provenance.read.record import RowError, to_document
from provenance.read.stream import DamagedError, seekable

_ROWS = 64
"""Rows at a time."""
_MOST_METADATA = 1 << 25
"""Bytes of a name, and number of columns and row groups, that a header may ask for."""


def read(stream: BinaryIO, origin: Origin, options: Options) -> Iterator[Document | Problem]:
    """The documents of a Parquet file. A damaged row group costs only itself."""
    with needing("parquet", "reading Parquet files"):
        import pyarrow.lib
        import pyarrow.parquet
    damages = (pyarrow.lib.ArrowException, OSError, ValueError, MemoryError)
    with seekable(stream) as file:
        size = _size(file)
        limits = {"thrift_string_size_limit": _MOST_METADATA, "thrift_container_size_limit": _MOST_METADATA}
        try:
            schema = pyarrow.parquet.read_schema(file)
            texts = [field.name for field in schema if pyarrow.types.is_string(field.type) or pyarrow.types.is_binary(field.type)]
            table = pyarrow.parquet.ParquetFile(file, read_dictionary=texts, **limits)
        except damages as error:
            raise DamagedError(f"not a whole Parquet file: {_line(error)}") from None
        row = 0
        for group in range(table.num_row_groups):
            start, metadata = row, table.metadata.row_group(group)
            if metadata.total_byte_size > SLACK + RATIO * size:
                yield origin.problem(f"row group {group + 1} expands to more than {RATIO} times the file's {size:,} bytes")
                continue
            try:
                for batch in table.iter_batches(_ROWS, row_groups=[group]):
                    for place in range(batch.num_rows):
                        row += 1
                        yield _item(batch, place, origin, options, row)
            except damages as error:
                yield origin.problem(f"row group {group + 1} is damaged behind row {row:,}: {_line(error)}")
            row = start + metadata.num_rows


def _item(batch: Any, place: int, origin: Origin, options: Options, row: int) -> Document | Problem:
    try:
        fields = {}
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            value = _plain(_value(column[place]))
            if isinstance(value, str) and len(value) > options.max_bytes:
                raise RowError(f"the field {name!r} has more than the {options.max_bytes:,} bytes that a document may have")
            if value is not None:
                fields.setdefault(name, value)
        return to_document(fields, options)
    except (ArithmeticError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError) as error:
        return origin.problem(_line(error), row)  # RowError, or what Python cannot hold


def _value(scalar: Any) -> Any:
    """A cell as Python has it; a text that is not UTF-8 as bytes, a time finer than Python's without what is too fine."""
    import pyarrow

    if isinstance(scalar, pyarrow.DictionaryScalar):
        scalar = scalar.value
    if pyarrow.types.is_timestamp(scalar.type):
        # Whatever the zone is called, the moment is UTC; Python need not know the name.
        zone = "UTC" if scalar.type.tz else None
        scalar = scalar.cast(pyarrow.timestamp(scalar.type.unit, zone)).cast(pyarrow.timestamp("us", zone), safe=False)
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.as_buffer().to_pybytes()


def _plain(value: Any) -> Any:
    """A value as JSON has it: moments and dates in ISO 8601, decimals as texts, bytes as the text that they are."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None  # how pandas writes what is missing
        case bytes():
            return f"{len(value):,} bytes, not text" if is_binary(value) else decode(value)[0]
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case decimal.Decimal():
            return str(value)
        case _:
            return str(value)


def _size(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _line(error: BaseException) -> str:
    """The first line of what Arrow says."""
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


PARQUET = Reader("parquet", (".parquet",), read, lambda head: head.startswith(b"PAR1"), "each row", "parquet")
