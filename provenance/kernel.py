"""numba's `njit` for programs that start often: what is compiled and kept is loaded without what only compiling needs.

Before it loads a function that is compiled already, numba makes itself ready to compile: it imports its implementations of
numpy, and for linear algebra scipy, a quarter of a second of processor time. A loaded function needs nothing of it but the
runtime that counts references. Where nothing is kept, numba compiles as ever; and where a numba is built otherwise than the one
tried (0.68), it loads as ever, too.

A kernel has the kernels that it calls in it, and the numbers that these were made with. numba compiles it anew when its own file
has changed; here, when any file has changed that might be in it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.cpu import CPUTargetOptions
from numba.core.environment import Environment
from numba.core.runtime import rtsys


class _Packing(CompileResultCacheImpl):
    """How a compiled function is kept."""

    def reduce(self, cres: Any) -> tuple:
        reduced = super().reduce(cres)
        try:
            *parts, environments = reduced
            return *parts, tuple(map(_here, environments))
        except (AttributeError, KeyError, TypeError):
            return reduced


def _here(environment: Environment) -> Environment:
    """The same as if it were this module's: so it is loaded without the module of numba whose function a kernel calls. Compiled
    code without Python objects looks nothing up there."""
    if not environment.globals["__name__"].startswith("numba."):
        return environment
    here = Environment(globals())
    here.consts[:] = environment.consts
    here.env_name = environment.env_name
    return here


@functools.cache
def _stamp() -> tuple[tuple[str, int, int], ...]:
    """What changes with any file that might be in a kernel: those beside this one, and of the rooms that have kernels."""
    here = Path(__file__).parent
    files = [path for room in (here, here / "align", here / "spans") for path in sorted(room.glob("*.py"))]
    return tuple((path.name, found.st_mtime_ns, found.st_size) for path in files for found in [path.stat()])


class _Kept(FunctionCache):
    """What is kept of one function."""

    _impl_class = _Packing

    def __init__(self, function: Callable) -> None:
        super().__init__(function)
        if stamp := getattr(self._cache_file, "_source_stamp", None):
            self._cache_file._source_stamp = (stamp, _stamp())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """As numba's, but for `target_context.refresh()`."""
        try:
            rtsys.initialize(target_context)
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)
        except (AttributeError, TypeError):
            return super().load_overload(sig, target_context)


def njit(*, cache: bool = False, allocates: bool = True, **options: Any) -> Callable[[Callable], Any]:
    """numba's, which keeps what it compiled as above.

    allocates: whether the function makes arrays, or parts of arrays that outlive it. One that does not need not count who uses
    those it is given: two atomic additions for each array at each call, which were a sixth of aligning.
    """
    if hasattr(CPUTargetOptions, "_nrt"):
        options["_nrt"] = allocates  # said of every function: one that says nothing does as its first caller

    def decorate(function: Callable) -> Any:
        kernel = numba.njit(no_cfunc_wrapper=True, **options)(function)
        if cache and hasattr(kernel, "enable_caching"):  # NUMBA_DISABLE_JIT leaves the function as it is
            kernel._cache = _Kept(function)
        return kernel

    return decorate
