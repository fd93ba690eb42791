"""The KPIs of the API, and the recording rule of each."""

import pathlib
import re

_PROTO = pathlib.Path(__file__).resolve().parent.parent.parent / "proto/cordboard/v1/kpi.proto"


def kpi_ids():
    """(kind, id) of each, in the order of the proto; kind is ratio or mean."""
    fields = re.findall(r"optional (Ratio|Mean) (\w+) =", _PROTO.read_text())
    return [(kind.lower(), name) for kind, name in fields]


def rule_of(kind, name):
    return f"cordboard:queue_{name}:ratio15m" if kind == "ratio" else f"cordboard:queue_{name}_seconds:mean15m"
