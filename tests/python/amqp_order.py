"""A durable AMQP queue of a third party, and whether what came through it is whole and in order.

Usage: amqp_order.py URL declare EXCHANGE QUEUE      binds a durable queue to everything
       amqp_order.py URL drain QUEUE COUNT           takes COUNT different messages, or what comes in 20 s of quiet
Prints one JSON object: distinct, repeats, inversions, holes. Knows nothing of Forecourt's code but the headers.
"""

import json
import sys

import pika

QUIET = 20


def declare(channel, exchange, queue):
    channel.queue_declare(queue=queue, durable=True)
    channel.queue_bind(queue=queue, exchange=exchange, routing_key="#")
    return {"declared": queue}


def drain(channel, queue, count):
    newest, seen = {}, set()
    told = {"distinct": 0, "repeats": 0, "inversions": 0, "holes": 0}
    for method, properties, _body in channel.consume(queue, inactivity_timeout=QUIET):
        if method is None:
            break
        channel.basic_ack(method.delivery_tag)
        key, number = properties.headers["x-key"], properties.headers["x-key-seq"]
        if properties.message_id in seen:
            # Sent again as it was: at least once is the promise.
            told["repeats"] += 1
            continue
        seen.add(properties.message_id)
        last = newest.get(key)
        if last is not None and number < last:
            told["inversions"] += 1
        elif last is not None and number > last + 1:
            told["holes"] += 1
        newest[key] = max(number, last or 0)
        told["distinct"] = len(seen)
        if len(seen) >= int(count):
            break
    channel.cancel()
    return told


def main():
    url, verb, *rest = sys.argv[1:]
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.basic_qos(prefetch_count=500)
    verbs = {"declare": declare, "drain": drain}
    print(json.dumps(verbs[verb](channel, *rest)))


if __name__ == "__main__":
    main()
