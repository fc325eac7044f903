"""A client of the gRPC services in another language, for grpc-python.spec.ts: it knows the contracts by what is written here alone."""

import base64
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.json_format import MessageToDict

STRING, INT64, BYTES, FLOAT, REPEATED = 9, 3, 12, 2, 3
MESSAGES = {
    "message": {
        "MessageRequest": {"text": STRING}, "MessageResponse": {"processed_text": STRING},
        "ABRequest": {"user_id": STRING}, "ABResponse": {"group": STRING},
        "FactorialRequest": {"n": INT64}, "FactorialResponse": {"value": STRING},
        "TextRequest": {"text": STRING}, "LetterResponse": {"letter": STRING},
    },
    "ekphrasis.v1": {
        "SubmitRequest": {"image_url": STRING, "tag": STRING}, "SubmitResponse": {"image_id": INT64},
        "Chunk": {"data": BYTES}, "GetRequest": {"image_id": INT64}, "WatchRequest": {"image_ids": (INT64, REPEATED)},
        "Image": {
            "image_id": INT64, "status": STRING, "description": STRING, "tag": STRING,
            "error": STRING, "confidence": FLOAT, "model": STRING,
        },
    },
}
METHODS = {
    "message.MessageService/ProcessMessage": ("MessageRequest", "MessageResponse", "unary_unary"),
    "message.MessageService/AssignAB": ("ABRequest", "ABResponse", "unary_unary"),
    "message.MessageService/Factorial": ("FactorialRequest", "FactorialResponse", "unary_unary"),
    "message.MessageService/MostFrequentLetter": ("TextRequest", "LetterResponse", "unary_unary"),
    "ekphrasis.v1.Captioning/Submit": ("SubmitRequest", "SubmitResponse", "unary_unary"),
    "ekphrasis.v1.Captioning/Upload": ("Chunk", "SubmitResponse", "stream_unary"),
    "ekphrasis.v1.Captioning/Get": ("GetRequest", "Image", "unary_unary"),
    "ekphrasis.v1.Captioning/Watch": ("WatchRequest", "Image", "unary_stream"),
}

pool = descriptor_pool.DescriptorPool()
for package, messages in MESSAGES.items():
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field, kind) in enumerate(fields.items(), 1):
            kind, label = kind if isinstance(kind, tuple) else (kind, 1)
            message.field.add(name=field, number=number, type=kind, label=label)
    pool.Add(file)
factory = message_factory.MessageFactory(pool)


def message_type(package, name):
    return factory.GetPrototype(pool.FindMessageTypeByName(f"{package}.{name}"))


def as_dict(message):
    return MessageToDict(message, preserving_proto_field_name=True, including_default_value_fields=True)


def ask(channel, method, requests, key):
    package = method.split("/")[0].rpartition(".")[0]
    request, answer, arity = METHODS[method]
    request_type = message_type(package, request)
    call = getattr(channel, arity)(
        f"/{method}",
        request_serializer=request_type.SerializeToString,
        response_deserializer=message_type(package, answer).FromString,
    )
    made = [request_type(**each) for each in requests]
    metadata = [("authorization", f"Bearer {key}")] if key else []
    answered = call(iter(made) if arity.startswith("stream") else made[0], timeout=60, metadata=metadata)
    return [as_dict(each) for each in answered] if arity.endswith("stream") else [as_dict(answered)]


def bytes_of(request):
    return {"data": base64.b64decode(request["data"])} if "data" in request else request


with grpc.insecure_channel(sys.argv[1]) as channel:
    for line in sys.stdin:
        method, requests, key = json.loads(line)
        try:
            print(json.dumps(ask(channel, method, [bytes_of(each) for each in requests], key)), flush=True)
        except grpc.RpcError as error:
            print(json.dumps({"code": error.code().name}), flush=True)
