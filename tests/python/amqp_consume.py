"""A plain AMQP consumer, as a third party would write it: prints what it is sent, one JSON line each.

Usage: amqp_consume.py URL EXCHANGE ROUTING_KEY
Prints `ready` once its queue is bound and consuming. Knows nothing of Forecourt's code; driven by
the crate `testkit` (`AmqpProbe`).
"""

import json
import sys

import pika


def body_of(raw):
    text = raw.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def show(_channel, method, properties, raw):
    message = {
        "routing_key": method.routing_key,
        "message_id": properties.message_id,
        "app_id": properties.app_id,
        "delivery_mode": properties.delivery_mode,
        "content_type": properties.content_type,
        "headers": properties.headers or {},
        "body": body_of(raw),
    }
    # Header values may be bytes or times, which JSON has no word for.
    print(json.dumps(message, default=str), flush=True)


def main():
    url, exchange, routing_key = sys.argv[1:]
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    queue = channel.queue_declare(queue="", exclusive=True).method.queue
    channel.queue_bind(queue=queue, exchange=exchange, routing_key=routing_key)
    channel.basic_consume(queue=queue, on_message_callback=show, auto_ack=True)
    print("ready", flush=True)
    channel.start_consuming()


if __name__ == "__main__":
    main()
