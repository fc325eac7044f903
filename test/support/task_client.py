# A client of the API over AMQP in another language: declares the topology, and asks. Arguments: broker's URL, retry delay in ms.
import json, sys, uuid
import pika

parameters = pika.URLParameters(sys.argv[1])
channel = pika.BlockingConnection(parameters).channel()
channel.exchange_declare("api.direct", "direct", durable=True)
retry = {"x-message-ttl": int(sys.argv[2]), "x-dead-letter-exchange": "api.direct", "x-dead-letter-routing-key": "api.requests"}
for queue, arguments in [("api.requests", None), ("api.responses", None), ("api.requests.retry", retry), ("api.requests.dlq", None)]:
    channel.queue_declare(queue, durable=True, arguments=arguments)
    channel.queue_bind(queue, "api.direct", queue)
reply_to = channel.queue_declare("", exclusive=True).method.queue
print(json.dumps("declared"), flush=True)


def ask(action, data=None, auth="", version="v1", request_id=None):
    request_id = request_id or str(uuid.uuid4())
    request = {"id": request_id, "version": version, "action": action, "data": data or {}, "auth": auth}
    properties = pika.BasicProperties(reply_to=reply_to, correlation_id=request_id, delivery_mode=2)
    channel.basic_publish("api.direct", "api.requests", json.dumps(request), properties)
    for method, answered, body in channel.consume(reply_to, auto_ack=True):
        if answered.correlation_id == request_id:
            answer = json.loads(body)
            print(json.dumps([action, answer["status"], answer["data"]]), flush=True)
            return answer["data"]


user = {"email": f"{uuid.uuid4()}@example.com", "password": "correct horse"}
ask("health_check")
ask("register", {**user, "full_name": "Ada"})
token = ask("login", user)["access_token"]
demo = str(uuid.uuid4())
tasks = [ask("create_task", {"title": "demo"}, token, request_id=demo) for _ in range(3)]
ask("update_task", {"task_id": tasks[0]["id"], "status": "done", "priority": "high"}, "Bearer " + token, "v2")
ask("list_tasks", {}, token)
ask("create_task", {"title": "never", "simulate_temp_error": True}, token)
