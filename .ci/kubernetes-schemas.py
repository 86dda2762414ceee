"""Makes the schemas of kubeconform: strict ones of Kubernetes' own swagger.json, and small ones of
the kinds of the Prometheus Operator that the chart uses.

    kubernetes-schemas.py swagger.json DIR
"""

import json
import os
import sys

swagger, out = sys.argv[1:]
with open(swagger) as file:
    definitions = json.load(file)["definitions"]


def whole(schema, above=()):
    """The schema with what it refers to, without unknown properties."""
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        return {} if name in above else whole(definitions[name], (*above, name))
    if schema.get("format") == "int-or-string":
        return {"type": ["string", "integer"]}
    schema = dict(schema)
    if "properties" in schema:
        schema["properties"] = {k: whole(v, above) for k, v in schema["properties"].items()}
        schema["additionalProperties"] = False
    elif isinstance(schema.get("additionalProperties"), dict):
        schema["additionalProperties"] = whole(schema["additionalProperties"], above)
    if "items" in schema:
        schema["items"] = whole(schema["items"], above)
    return schema


def write(kind, group, version, schema):
    name = "-".join(filter(None, [kind.lower(), group.split(".")[0], version]))
    with open(os.path.join(out, name + ".json"), "w") as file:
        json.dump(schema, file)


def strict(required=(), **properties):
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**schema, "required": required} if required else schema


text, labels = {"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}
meta = whole({"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"})


def operated(kind, spec):
    write(kind, "monitoring.coreos.com", "v1", strict(
        ["apiVersion", "kind", "metadata", "spec"],
        apiVersion={"const": "monitoring.coreos.com/v1"}, kind={"const": kind}, metadata=meta,
        spec=spec,
    ))


os.makedirs(out, exist_ok=True)
for definition in definitions.values():
    kinds = definition.get("x-kubernetes-group-version-kind", [])
    if len(kinds) == 1:
        write(kinds[0]["kind"], kinds[0]["group"], kinds[0]["version"], whole(definition))
operated("ServiceMonitor", strict(
    ["selector", "endpoints"],
    selector=strict(matchLabels=labels),
    podTargetLabels={"type": "array", "items": text},
    endpoints={"type": "array", "minItems": 1, "items": strict(
        ["port", "path"], port=text, path=text, interval=text,
        relabelings={"type": "array", "items": strict(targetLabel=text, replacement=text)},
        scheme={"enum": ["http", "https"]},
        tlsConfig=strict(insecureSkipVerify={"type": "boolean"}, ca={}, serverName=text),
        authorization=strict(["credentials"], credentials=strict(["name", "key"], name=text, key=text)),
    )},
))
operated("PrometheusRule", strict(["groups"], groups={"type": "array", "minItems": 1, "items": strict(
    ["name", "rules"], name=text, interval=text, rules={"type": "array", "items": strict(
        ["expr"], alert=text, record=text, expr=text, keep_firing_for=text, labels=labels,
        annotations=labels, **{"for": text},
    )},
)}))
