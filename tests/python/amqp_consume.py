"""A plain AMQP consumer, as a third party would write it: prints what it is sent, one JSON line each.

Usage: amqp_consume.py URL EXCHANGE ROUTING_KEY          what comes from now on, until it is killed
       amqp_consume.py URL EXCHANGE ROUTING_KEY QUEUE    binds a durable queue, empties it, and ends
Prints `ready` once its queue is bound. Knows nothing of Forecourt's code; driven by the crate `testkit` (`AmqpProbe`),
and for the rig of invariants.
"""

import json
import sys

import pika

# How many of a durable queue are taken between two acknowledgements.
BATCH = 500


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


def follow(channel, exchange, routing_key):
    queue = channel.queue_declare(queue="", exclusive=True).method.queue
    channel.queue_bind(queue=queue, exchange=exchange, routing_key=routing_key)
    channel.basic_consume(queue=queue, on_message_callback=show, auto_ack=True)
    print("ready", flush=True)
    channel.start_consuming()


def empty(channel, exchange, routing_key, queue):
    # As the contract has it: whoever comes first declares it.
    channel.exchange_declare(exchange, exchange_type="topic", durable=True)
    held = channel.queue_declare(queue=queue, durable=True).method.message_count
    channel.queue_bind(queue=queue, exchange=exchange, routing_key=routing_key)
    print("ready", flush=True)
    channel.basic_qos(prefetch_count=2 * BATCH)
    for taken in range(1, held + 1):
        method, properties, raw = next(channel.consume(queue))
        show(channel, method, properties, raw)
        if taken % BATCH == 0 or taken == held:
            channel.basic_ack(method.delivery_tag, multiple=True)
    channel.cancel()


def main():
    url, exchange, routing_key, *queue = sys.argv[1:]
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    if queue:
        empty(channel, exchange, routing_key, *queue)
    else:
        follow(channel, exchange, routing_key)


if __name__ == "__main__":
    main()
