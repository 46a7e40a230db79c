"""A publisher that was there before Forecourt: sends `notification.*` messages, one per line of standard input.

Usage: amqp_notify.py URL EXCHANGE
A line is a JSON object {key, id, body}; `id` may be null, `body` is sent as it is. Prints how many were confirmed.
"""

import json
import sys

import pika


def main():
    url, exchange = sys.argv[1:]
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.confirm_delivery()
    sent = 0
    for line in sys.stdin:
        one = json.loads(line)
        properties = pika.BasicProperties(message_id=one["id"], delivery_mode=2)
        channel.basic_publish(exchange, one["key"], one["body"].encode(), properties, mandatory=True)
        sent += 1
    print(sent)


if __name__ == "__main__":
    main()
