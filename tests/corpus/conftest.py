"""Shared by the tests of this room: the builder of invented posts."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def inv() -> ModuleType:
    """The builder of invented posts (invented.py beside this file)."""
    spec = importlib.util.spec_from_file_location("invented", Path(__file__).with_name("invented.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def formats() -> ModuleType:
    """Writers of every source format (formats.py beside this file)."""
    spec = importlib.util.spec_from_file_location("formats", Path(__file__).with_name("formats.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
