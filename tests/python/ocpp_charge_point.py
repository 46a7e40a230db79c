"""A charge point on the PyPI package `ocpp`, as one of its users would write it.

Usage: ocpp_charge_point.py URL IDENTITY [PASSWORD]
Takes one command a line, `{"id", "do", "with"}`, and answers each with `{"id", "ok"}` or `{"id", "error"}`.
What it was asked and what it says by itself it shows as `{"event", …}`. The library checks both
directions against its own schemas. Knows nothing of Forecourt's code; driven by the crate `testkit`
(`LibraryCharger`), which drives tests/node/ocpp_charge_point.mjs in the same words.
"""

import asyncio
import base64
import json
import logging
import sys
from datetime import datetime, timedelta, timezone

import websockets
from ocpp.charge_point import camel_to_snake_case, remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.exceptions import OCPPError
from ocpp.routing import after, on
from ocpp.v16 import ChargePoint, call, call_result

SUBPROTOCOL = "ocpp1.6"
BOOT = {"chargePointVendor": "The Mobility House", "chargePointModel": "ocpp", "firmwareVersion": "2.1.0"}


def show(**line):
    print(json.dumps(line), flush=True)


def now(ago=timedelta(0)):
    return (datetime.now(timezone.utc) - ago).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def asked(action, usual):
    """A handler that answers with `usual(box, request)`, or with what the test told it to."""

    def handler(self, **request):
        request = snake_to_camel_case(request)
        answer = self.station.told.get(action) or usual(self, request)
        self.agreed = answer.get("status") == "Accepted"
        show(event="asked", action=action, payload=request, answer=answer)
        return getattr(call_result, action)(**camel_to_snake_case(answer))

    # The library finds its handlers by the names of attributes.
    handler.__name__ = action
    return on(action)(handler)


def says(answer):
    return lambda _box, _request: answer


ACCEPTS = says({"status": "Accepted"})


def stoppable(box, request):
    ours = box.station.transaction == request["transactionId"]
    return {"status": "Accepted" if ours else "Rejected"}


def configuration(box, request):
    known = box.station.configuration
    wanted = request.get("key") or list(known)
    return {
        "configurationKey": [
            {"key": key, "value": known[key][0], "readonly": known[key][1]} for key in wanted if key in known
        ],
        "unknownKey": [key for key in wanted if key not in known],
    }


def configure(box, request):
    setting = box.station.configuration.get(request["key"])
    if setting is None:
        return {"status": "NotSupported"}
    if setting[1]:
        return {"status": "Rejected"}
    setting[0] = request["value"]
    return {"status": "Accepted"}


def triggerable(_box, request):
    return {"status": "Accepted" if request["requestedMessage"] in Box.TRIGGERED else "NotImplemented"}


class Box(ChargePoint):
    """The charge point on one connection."""

    RemoteStartTransaction = asked("RemoteStartTransaction", ACCEPTS)
    RemoteStopTransaction = asked("RemoteStopTransaction", stoppable)
    Reset = asked("Reset", ACCEPTS)
    GetConfiguration = asked("GetConfiguration", configuration)
    ChangeConfiguration = asked("ChangeConfiguration", configure)
    TriggerMessage = asked("TriggerMessage", triggerable)
    ChangeAvailability = asked("ChangeAvailability", ACCEPTS)
    UnlockConnector = asked("UnlockConnector", says({"status": "Unlocked"}))
    ClearCache = asked("ClearCache", ACCEPTS)
    DataTransfer = asked("DataTransfer", says({"status": "UnknownVendorId"}))
    ReserveNow = asked("ReserveNow", ACCEPTS)
    CancelReservation = asked("CancelReservation", ACCEPTS)
    UpdateFirmware = asked("UpdateFirmware", says({}))
    GetDiagnostics = asked("GetDiagnostics", says({"fileName": "diagnostics.log"}))
    GetLocalListVersion = asked("GetLocalListVersion", says({"listVersion": 0}))
    SendLocalList = asked("SendLocalList", ACCEPTS)
    SetChargingProfile = asked("SetChargingProfile", ACCEPTS)
    ClearChargingProfile = asked("ClearChargingProfile", ACCEPTS)
    GetCompositeSchedule = asked("GetCompositeSchedule", says({"status": "Rejected"}))

    TRIGGERED = {
        "BootNotification": lambda box: BOOT,
        "Heartbeat": lambda box: {},
        "StatusNotification": lambda box: box.station.report(box.station.status),
        "MeterValues": lambda box: box.station.reading(None),
    }

    def __init__(self, station, connection):
        super().__init__(station.identity, connection)
        self.station = station
        self.agreed = False

    async def say(self, action, payload):
        """Calls the central system and gives its answer; a CALLERROR is raised."""
        request = getattr(call, action)(**camel_to_snake_case(payload))
        answer = await self.call(request, suppress=False)
        answer = remove_nones(snake_to_camel_case(serialize_as_dict(answer)))
        self.station.heard(action, payload, answer)
        return answer

    async def by_itself(self, action, payload):
        answer = await self.say(action, payload)
        show(event="said", action=action, payload=payload, answer=answer)
        return answer

    async def becomes(self, status):
        await self.by_itself("StatusNotification", self.station.report(status))

    @after("RemoteStartTransaction")
    async def start_as_asked(self, id_tag, **_):
        if not self.agreed:
            return
        if self.station.status != "Preparing":
            await self.becomes("Preparing")
        if self.station.configuration["AuthorizeRemoteTxRequests"][0] == "true":
            await self.by_itself("Authorize", {"idTag": id_tag})
        answer = await self.by_itself("StartTransaction", self.station.start(id_tag))
        if answer["idTagInfo"]["status"] == "Accepted":
            await self.becomes("Charging")

    @after("RemoteStopTransaction")
    async def stop_as_asked(self, **_):
        if not self.agreed:
            return
        await self.by_itself("StopTransaction", self.station.stop("Remote"))
        await self.becomes("Finishing")
        await self.becomes("Available")

    @after("TriggerMessage")
    async def say_as_asked(self, requested_message, **_):
        if self.agreed:
            await self.by_itself(requested_message, self.TRIGGERED[requested_message](self))

    @after("ChangeAvailability")
    async def change_as_asked(self, type, **_):
        if self.agreed:
            await self.becomes("Available" if type == "Operative" else "Unavailable")

    @after("Reset")
    async def restart_as_asked(self, type, **_):
        if not self.agreed:
            return
        if self.station.transaction is not None:
            await self.by_itself("StopTransaction", self.station.stop(f"{type}Reset"))
        await self.station.leave()
        await self.station.connect()
        await self.station.box.by_itself("BootNotification", BOOT)


class Station:
    """What outlives a connection: the register, the running transaction, the settings."""

    def __init__(self, url, identity, password=None):
        self.url, self.identity, self.password = url, identity, password
        self.box = self.connection = self.transaction = None
        self.meter_wh, self.status, self.told = 0, "Available", {}
        # Value, and whether it is read-only.
        self.configuration = {
            "AuthorizeRemoteTxRequests": ["false", False],
            "HeartbeatInterval": ["300", False],
            "MeterValueSampleInterval": ["60", False],
            "NumberOfConnectors": ["1", True],
        }

    async def connect(self):
        headers = {}
        if self.password is not None:
            key = base64.b64encode(f"{self.identity}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {key}"
        # Loopback: no proxy of the machine's stands between.
        self.connection = await websockets.connect(
            f"{self.url}/{self.identity}", subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None
        )
        self.box = Box(self, self.connection)
        self.serving = asyncio.create_task(self.serve(self.box))
        return {"subprotocol": self.connection.subprotocol}

    async def serve(self, box):
        try:
            await box.start()
        except websockets.ConnectionClosed as end:
            show(event="closed", code=end.rcvd.code if end.rcvd else None)

    async def leave(self):
        await self.connection.close()
        await self.serving
        return {}

    def start(self, id_tag):
        # An hour ago: no charger gives in a second what the tests let it give.
        return {"connectorId": 1, "idTag": id_tag, "meterStart": self.meter_wh, "timestamp": now(timedelta(hours=1))}

    def stop(self, reason):
        return {"transactionId": self.transaction, "meterStop": self.meter_wh, "timestamp": now(), "reason": reason}

    def report(self, status):
        return {"connectorId": 1, "errorCode": "NoError", "status": status, "timestamp": now()}

    def reading(self, power_w):
        def sample(measurand, unit, value):
            return {"value": str(value), "context": "Sample.Periodic", "measurand": measurand, "unit": unit}

        samples = [sample("Energy.Active.Import.Register", "Wh", self.meter_wh)]
        if power_w is not None:
            samples.append(sample("Power.Active.Import", "W", power_w))
        values = {"connectorId": 1, "meterValue": [{"timestamp": now(), "sampledValue": samples}]}
        return values if self.transaction is None else {**values, "transactionId": self.transaction}

    def heard(self, action, payload, answer):
        if action == "StartTransaction" and answer["idTagInfo"]["status"] == "Accepted":
            self.transaction = answer["transactionId"]
        elif action == "StopTransaction":
            self.transaction = None
        elif action == "StatusNotification":
            self.status = payload["status"]

    async def obey(self, command, arguments):
        match command:
            case "connect":
                return await self.connect()
            case "leave":
                return await self.leave()
            case "call":
                return await self.box.say(arguments["action"], arguments["payload"])
            case "status":
                return await self.box.say("StatusNotification", self.report(arguments["status"]))
            case "boot":
                return await self.box.say("BootNotification", BOOT)
            case "start":
                return await self.box.say("StartTransaction", self.start(arguments["idTag"]))
            case "measure":
                self.meter_wh = arguments["meterWh"]
                return await self.box.say("MeterValues", self.reading(arguments["powerW"]))
            case "stop":
                return await self.box.say("StopTransaction", self.stop(arguments["reason"]))
            case "answer":
                self.told[arguments["action"]] = arguments["payload"]
                return {}
        raise ValueError(f"no command {command}")


def reason(error):
    match error:
        case OCPPError():
            return {"code": error.code, "description": error.description}
        case websockets.InvalidStatus():
            return {"status": error.response.status_code}
    return {"message": repr(error)}


async def main():
    station = Station(*sys.argv[1:])
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    show(event="ready")
    while line := await commands.readline():
        command = json.loads(line)
        try:
            show(id=command["id"], ok=await station.obey(command["do"], command["with"]))
        except Exception as error:
            logging.exception("%s failed", command["do"])
            show(id=command["id"], error=reason(error))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
