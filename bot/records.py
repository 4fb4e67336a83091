"""Frozen, slotted dataclasses that cost next to nothing to declare.

The standard module writes and compiles six methods for every class, and imports the inspection of source code to
do so: about a third of a millisecond a class and seven for the import, more than a whole question takes. Here the
methods that are alike are shared, and `__init__` is written when the first object is made. To others the classes
are dataclasses: `dataclasses.fields`, `replace` and the like work, and type checkers see the standard module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from types import CodeType
    from typing import Any

    __all__ = ["dataclass", "field", "replace"]
else:

    def dataclass(*, frozen, slots, eq=True, order=False):
        """Turns a class with annotated fields into a dataclass that is frozen and has slots."""
        if not (frozen and slots):
            raise TypeError("a record is frozen and has slots: write @dataclass(frozen=True, slots=True)")
        return lambda cls: _made(cls, eq, order)

    def field(*, default_factory):
        """A field whose default is made anew for each object."""
        return _Factory(default_factory)

    def replace(record, /, **changes):
        """The record with other values in some of its fields."""
        values = {name: getattr(record, name) for name in record.__match_args__}
        return record.__class__(**(values | changes))


_declared: dict[type, tuple[tuple[str, ...], Mapping[str, object]]] = {}  # all records, with fields and defaults
_ready: dict[str, CodeType] = {}  # what the compiler made of an `__init__`, by its source


def use(codes: Mapping[str, CodeType]) -> None:
    """Take this code, as `codes` gave it in a process of the same Python, in place of compiling it again."""
    _ready.update(codes)


def codes() -> dict[str, CodeType]:
    """The code of every record's `__init__`, by its source."""
    sources = {_source(cls, names, defaults) for cls, (names, defaults) in _declared.items()}
    return {source: compile(source, "<record>", "exec") for source in sorted(sources)}


class _Factory:
    """Makes a default."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


def _made(cls: type, eq: bool, order: bool) -> type:
    names = tuple(cls.__dict__.get("__annotations__", ()))
    defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
    body = {name: value for name, value in cls.__dict__.items() if name not in (*defaults, "__dict__", "__weakref__")}
    body |= _SHARED | {"__slots__": names, "__match_args__": names, "__init__": _first_init(names, defaults)}
    body["__dataclass_fields__"] = _Fields(defaults)
    body["_values"] = _values(names)
    if eq:
        body |= {"__eq__": _equal, "__hash__": _hash}
    if order:
        body["__lt__"] = _less
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    _declared[made] = names, defaults
    return made


def _values(names: tuple[str, ...]) -> object:
    """A function from a record to what is equal in equal ones; of one field it is the value itself."""
    return staticmethod(attrgetter(*names) if names else lambda record: ())


def _first_init(names: tuple[str, ...], defaults: Mapping[str, object]) -> Callable[..., None]:
    """An `__init__` that puts the real one into its place."""

    def init(self: Any, *values: object, **named: object) -> None:
        cls = type(self)
        made = _init(cls, names, defaults)
        type.__setattr__(cls, "__init__", made)
        made(self, *values, **named)

    return init


def _init(cls: type, names: tuple[str, ...], defaults: Mapping[str, object]) -> Callable[..., None]:
    """An `__init__` with the fields as its parameters."""
    known: dict[str, Any] = {f"_default_{name}": default for name, default in defaults.items()}
    known["_set"] = object.__setattr__
    source = _source(cls, names, defaults)
    exec(_ready.get(source) or compile(source, "<record>", "exec"), known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _source(cls: type, names: tuple[str, ...], defaults: Mapping[str, object]) -> str:
    """The text of that `__init__`."""
    parameters, lines = ["self"], []
    for name in names:
        value = name
        if isinstance(defaults.get(name), _Factory):
            value = f"_default_{name}.make() if {name} is _default_{name} else {name}"
        parameters.append(f"{name}=_default_{name}" if name in defaults else name)
        lines.append(f"  _set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("  self.__post_init__()")
    return f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["  pass"])


class _Fields:
    """The fields as the standard module describes them."""

    def __init__(self, defaults: Mapping[str, object]) -> None:
        self._defaults = defaults

    def __get__(self, record: object, owner: type) -> object:
        import dataclasses

        fields: list[tuple[str, Any, Any]] = []
        for name, annotation in owner.__annotations__.items():
            default = self._defaults.get(name, dataclasses.MISSING)
            made: Any = {"default_factory": default.make} if isinstance(default, _Factory) else {"default": default}
            fields.append((name, annotation, dataclasses.field(**made)))
        shadow: Any = dataclasses.make_dataclass(owner.__name__, fields)
        return shadow.__dataclass_fields__


def _refuse(record: object, name: str, value: object = None) -> None:
    raise AttributeError(f"{type(record).__name__}.{name} cannot be changed; make another one with replace()")


def _repr(record: Any) -> str:
    fields = ", ".join(f"{name}={getattr(record, name)!r}" for name in record.__match_args__)
    return f"{type(record).__qualname__}({fields})"


def _equal(record: Any, other: Any) -> bool:
    return record._values(record) == other._values(other) if other.__class__ is record.__class__ else NotImplemented


def _less(record: Any, other: Any) -> bool:
    return record._values(record) < other._values(other) if other.__class__ is record.__class__ else NotImplemented


def _hash(record: Any) -> int:
    return hash(record._values(record))


def _state(record: Any) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in record.__match_args__)


def _set_state(record: Any, state: tuple[object, ...]) -> None:
    for name, value in zip(record.__match_args__, state, strict=True):
        object.__setattr__(record, name, value)


_SHARED = {
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__repr__": _repr,
    "__getstate__": _state,
    "__setstate__": _set_state,
}
