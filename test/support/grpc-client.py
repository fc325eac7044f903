"""A client of MessageService in another language, for grpc.spec.ts: it knows the contract by what is written here alone."""

import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

MESSAGES = {
    "MessageRequest": ("text", 9), "MessageResponse": ("processed_text", 9),
    "ABRequest": ("user_id", 9), "ABResponse": ("group", 9),
    "FactorialRequest": ("n", 3), "FactorialResponse": ("value", 9),
    "TextRequest": ("text", 9), "LetterResponse": ("letter", 9),
}
METHODS = {
    "ProcessMessage": ("MessageRequest", "MessageResponse"),
    "AssignAB": ("ABRequest", "ABResponse"),
    "Factorial": ("FactorialRequest", "FactorialResponse"),
    "MostFrequentLetter": ("TextRequest", "LetterResponse"),
}

file = descriptor_pb2.FileDescriptorProto(name="client.proto", package="message", syntax="proto3")
for name, (field, kind) in MESSAGES.items():
    file.message_type.add(name=name).field.add(name=field, number=1, type=kind, label=1)
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
factory = message_factory.MessageFactory(pool)
types = {name: factory.GetPrototype(pool.FindMessageTypeByName(f"message.{name}")) for name in MESSAGES}

with grpc.insecure_channel(sys.argv[1]) as channel:
    for line in sys.stdin:
        method, value = json.loads(line)
        request, answer = METHODS[method]
        call = channel.unary_unary(
            f"/message.MessageService/{method}",
            request_serializer=types[request].SerializeToString,
            response_deserializer=types[answer].FromString,
        )
        try:
            answered = call(types[request](**{MESSAGES[request][0]: value}), timeout=10)
            print(json.dumps(getattr(answered, MESSAGES[answer][0])), flush=True)
        except grpc.RpcError as error:
            print(json.dumps({"code": error.code().name}), flush=True)
