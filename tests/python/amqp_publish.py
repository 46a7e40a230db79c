"""A plain AMQP publisher, as a third party would write it.

Usage: amqp_publish.py URL
Takes one command a line, `{"id", "do", "with"}`, and answers each with `{"id", "ok"}` or `{"id", "error"}`:
`publish` with `exchange`, `routingKey`, `body` (a text, or `bodyBase64` for what is none) and `properties`,
mandatory and confirmed; `take` with `queue`: its oldest message, or null. Knows nothing of Forecourt's code;
driven by the crate `testkit` (`AmqpPublisher`).
"""

import base64
import json
import sys

import pika


def show(**line):
    # Header values may be bytes or times, which JSON has no word for.
    print(json.dumps(line, default=str), flush=True)


def publish(channel, message):
    body = base64.b64decode(message["bodyBase64"]) if "bodyBase64" in message else message["body"].encode()
    properties = pika.BasicProperties(**message.get("properties", {}))
    channel.basic_publish(message["exchange"], message["routingKey"], body, properties, mandatory=True)
    return {}


def take(channel, wanted):
    method, properties, body = channel.basic_get(wanted["queue"], auto_ack=True)
    if method is None:
        return None
    return {
        "routing_key": method.routing_key,
        "message_id": properties.message_id,
        "headers": properties.headers or {},
        "body": body.decode("utf-8", errors="replace"),
    }


COMMANDS = {"publish": publish, "take": take}


def main():
    parameters = pika.URLParameters(sys.argv[1])
    # While it waits for a command nobody would answer the broker's heartbeats.
    parameters.heartbeat = 0
    channel = pika.BlockingConnection(parameters).channel()
    channel.confirm_delivery()
    show(event="ready")
    for line in sys.stdin:
        command = json.loads(line)
        try:
            show(id=command["id"], ok=COMMANDS[command["do"]](channel, command["with"]))
        except pika.exceptions.AMQPError as error:
            show(id=command["id"], error={"kind": type(error).__name__, "message": str(error)})


if __name__ == "__main__":
    main()
