"""What is compiled is kept, and not used again once what it was made of has changed."""

from __future__ import annotations

import importlib.util

import pytest

from provenance import kernel

MODULE = """
from provenance.kernel import njit


@njit(cache=True)
def twice(x):
    return 2 * x
"""


@pytest.fixture
def loaded(tmp_path):
    """How many of its calls' types a kernel found compiled, in a process that has just begun."""
    path = tmp_path / "kernels.py"
    path.write_text(MODULE)

    def load() -> int:
        spec = importlib.util.spec_from_file_location("kernels", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.twice(21) == 42
        return sum(module.twice.stats.cache_hits.values())

    return load


def test_a_kernel_is_compiled_once(loaded):
    """The second process finds what the first compiled."""
    assert (loaded(), loaded()) == (0, 1)


def test_a_kernel_is_compiled_anew_when_a_file_has_changed_that_may_be_in_it(loaded, monkeypatch):
    """A kernel holds those that it calls, which stand in other files."""
    loaded()
    other = (("index.py", 0, 0), *kernel._stamp()[1:])
    monkeypatch.setattr(kernel, "_stamp", lambda: other)
    assert (loaded(), loaded()) == (0, 1)


def test_the_files_that_may_be_in_a_kernel_are_known():
    """Every module that makes kernels is among them."""
    package = kernel.Path(kernel.__file__).parent
    known = {name for name, _, _ in kernel._stamp()}
    rooms = {path.parent.name for path in package.rglob("*.py") if "import njit" in path.read_text(encoding="utf-8")}
    assert rooms == {"provenance", "align", "spans"}
    assert {"index.py", "seeds.py", "furniture.py"} <= known
