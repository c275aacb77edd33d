"""JSON Schema of scenario files, for editors that check and complete while one writes.

The schema is as tolerant as a file is: everything may be left out, and every value may carry its
evidence. What only ``load`` can know (units, sums, references) is left to ``load``.
"""

from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from govsim.scenario.evidence import GRADES
from govsim.scenario.findings import bare, tags
from govsim.scenario.kinds import Kind
from govsim.scenario.models import Scenario

Schema = dict[str, Any]
_SCALAR: Schema = {"type": ["number", "string"]}


def json_schema() -> Schema:
    """The schema, draft 2020-12."""
    definitions: dict[str, Schema] = {}
    root = _model(Scenario, definitions)
    version = {"const": 1, "description": "version of the format; the first key of the file"}
    extends = {"type": "string", "description": "a scenario file that this one changes"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "govsim scenario",
        **root,
        "properties": {"govsim": version, "extends": extends, **root["properties"]},
        "required": ["govsim"],
        "$defs": definitions,
    }


def _model(model: type[BaseModel], definitions: dict[str, Schema]) -> Schema:
    properties = {
        field.alias or name: _field(field, definitions)
        for name, field in model.model_fields.items()
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _field(field: FieldInfo, definitions: dict[str, Schema]) -> Schema:
    kinds = [item for item in field.metadata if isinstance(item, Kind)]
    schema = _value(kinds[0]) if kinds else _annotated(field.annotation, definitions)
    words = [field.description or ""]
    if kinds:
        words += [kinds[0].words, kinds[0].limits]
    return {"description": "; ".join(word for word in words if word), **schema}


def _annotated(annotation: Any, definitions: dict[str, Schema]) -> Schema:
    """The schema of a block, a map of names, a list, or one of several kinds of block."""
    kinds = [item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, Kind)]
    if kinds:
        return _value(kinds[0])
    annotation = bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _reference(annotation, definitions)
    arguments = [item for item in get_args(annotation) if item is not type(None)]
    if get_origin(annotation) is dict:
        entry = _annotated(arguments[1], definitions)
        gone: list[Schema] = [{"type": "null"}, {"const": "none"}]
        return {"type": "object", "additionalProperties": {"anyOf": [entry, *gone]}}
    if get_origin(annotation) is tuple:
        return _with_evidence({"type": "array", "items": _annotated(arguments[0], definitions)})
    if "distribution" in getattr(arguments[0], "model_fields", {}):
        return _with_evidence(_law(arguments, definitions))
    if all(isinstance(item, str) for item in arguments):
        return {"enum": arguments}  # the one word of a Literal
    members = [_annotated(item, definitions) for item in arguments]
    return members[0] if len(members) == 1 else {"anyOf": members}


def _reference(model: type[BaseModel], definitions: dict[str, Schema]) -> Schema:
    if model.__name__ not in definitions:
        definitions[model.__name__] = {}  # holds the place while its own parts are described
        definitions[model.__name__] = _model(model, definitions)
    return {"$ref": f"#/$defs/{model.__name__}"}


def _law(laws: list[type[BaseModel]], definitions: dict[str, Schema]) -> Schema:
    """One object with the parameters of all laws: a file may give only those it changes."""
    name = laws[0].__name__.removesuffix("Constant") + "Law"
    if name not in definitions:
        properties: dict[str, Schema] = {}
        for law in laws:
            properties |= _model(law, definitions)["properties"]
        properties["distribution"] = {"enum": [tag for law in laws for tag in tags(law)]}
        definitions[name] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _value(kind: Kind) -> Schema:
    return _with_evidence(_plain(kind))


def _plain(kind: Kind) -> Schema:
    if kind.choices:
        return {"enum": list(kind.choices)}
    if kind.numeric:
        return _SCALAR
    if kind.inside == "bool":
        return {"enum": [True, False, "yes", "no", "是", "否"]}
    if "days of the week" in kind.words:
        return {"type": ["string", "array"], "items": {"type": "string"}}
    return {"type": ["string", "integer"] if kind.inside == "str" else "string"}


def _with_evidence(schema: Schema) -> Schema:
    wrapper = {
        "type": "object",
        "properties": {
            "value": schema,
            "source": {"type": ["string", "number"]},
            "grade": {"enum": list(GRADES)},
            "range": {"type": "array", "items": _SCALAR, "minItems": 2, "maxItems": 2},
            "note": {"type": ["string", "number"]},
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [schema, wrapper]}
