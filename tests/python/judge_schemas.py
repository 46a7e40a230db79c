"""Holds JSON instances to the official OCPP schemas: `judge_schemas.py FOLDER FILE`.

FILE is a list of [schema name, instance]. Prints a line for each instance that does not keep to its
schema, and nothing for the others. Not for making instances: the Rust tests do that.
"""

import json
import pathlib
import sys
from decimal import Decimal

import jsonschema


def validator(file):
    """The validator of one schema. Its numbers are exact: `multipleOf: 0.1` means nothing in binary."""
    text = file.read_text(encoding="utf-8-sig")
    schema = json.loads(text, parse_float=Decimal)
    return jsonschema.validators.validator_for(schema)(schema)


def main(folder, instances):
    known = {}
    for name, instance in json.loads(pathlib.Path(instances).read_text(), parse_float=Decimal):
        if name not in known:
            known[name] = validator(pathlib.Path(folder) / f"{name}.json")
        error = next(known[name].iter_errors(instance), None)
        if error is not None:
            print(f"{name}: {error.message[:200]!r}")


main(*sys.argv[1:])
