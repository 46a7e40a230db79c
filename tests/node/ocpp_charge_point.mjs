// A charge point on the npm package `ocpp-rpc`, as one of its users would write it, in the library's strict mode: it
// checks both directions against its own schemas. Usage: ocpp_charge_point.mjs URL IDENTITY [PASSWORD]
// Takes commands as commands.mjs says; knows nothing of Forecourt's code; driven by the crate `testkit`
// (`LibraryCharger`), which drives tests/python/ocpp_charge_point.py in the same words.
import { RPCClient } from 'ocpp-rpc';

import { obey, show } from './commands.mjs';

const BOOT = { chargePointVendor: 'Mikuso', chargePointModel: 'ocpp-rpc', firmwareVersion: '2.2.1' };

const [url, identity, password = null] = process.argv.slice(2);
const client = new RPCClient({
  endpoint: url,
  identity,
  password,
  protocols: ['ocpp1.6'],
  strictMode: true,
  reconnect: false,
});

let transaction = null;
let meterWh = 0;
let status = 'Available';
/** What the test wants answered instead of the usual. */
const told = new Map();
const configuration = new Map([
  ['AuthorizeRemoteTxRequests', { value: 'false', readonly: false }],
  ['HeartbeatInterval', { value: '300', readonly: false }],
  ['MeterValueSampleInterval', { value: '60', readonly: false }],
  ['NumberOfConnectors', { value: '1', readonly: true }],
]);

const now = () => new Date().toISOString();
// An hour ago: no charger gives in a second what the tests let it give.
const start = (idTag) => ({ connectorId: 1, idTag, meterStart: meterWh, timestamp: new Date(Date.now() - 3_600_000).toISOString() });
const stop = (reason) => ({ transactionId: transaction, meterStop: meterWh, timestamp: now(), reason });
const report = (becoming) => ({ connectorId: 1, errorCode: 'NoError', status: becoming, timestamp: now() });

function reading(powerW) {
  const sample = (measurand, unit, value) => ({ value: String(value), context: 'Sample.Periodic', measurand, unit });
  const sampledValue = [sample('Energy.Active.Import.Register', 'Wh', meterWh)];
  if (powerW !== null) {
    sampledValue.push(sample('Power.Active.Import', 'W', powerW));
  }
  const values = { connectorId: 1, meterValue: [{ timestamp: now(), sampledValue }] };
  return transaction === null ? values : { ...values, transactionId: transaction };
}

/** Calls the central system and gives its answer; a CALLERROR, or an answer against the schema, is thrown. */
async function say(action, payload) {
  const answer = await client.call(action, payload);
  if (action === 'StartTransaction' && answer.idTagInfo.status === 'Accepted') {
    transaction = answer.transactionId;
  } else if (action === 'StopTransaction') {
    transaction = null;
  } else if (action === 'StatusNotification') {
    ({ status } = payload);
  }
  return answer;
}

async function byItself(action, payload) {
  const answer = await say(action, payload);
  show({ event: 'said', action, payload, answer });
  return answer;
}

const becomes = (becoming) => byItself('StatusNotification', report(becoming));

const TRIGGERED = {
  BootNotification: () => BOOT,
  Heartbeat: () => ({}),
  StatusNotification: () => report(status),
  MeterValues: () => reading(null),
};

function getConfiguration({ key = [...configuration.keys()] }) {
  const known = key.filter((name) => configuration.has(name));
  return {
    configurationKey: known.map((name) => ({ key: name, ...configuration.get(name) })),
    unknownKey: key.filter((name) => !configuration.has(name)),
  };
}

function changeConfiguration({ key, value }) {
  const setting = configuration.get(key);
  if (setting === undefined) {
    return { status: 'NotSupported' };
  }
  if (setting.readonly) {
    return { status: 'Rejected' };
  }
  setting.value = value;
  return { status: 'Accepted' };
}

async function startAsAsked({ idTag }) {
  if (status !== 'Preparing') {
    await becomes('Preparing');
  }
  if (configuration.get('AuthorizeRemoteTxRequests').value === 'true') {
    await byItself('Authorize', { idTag });
  }
  const answer = await byItself('StartTransaction', start(idTag));
  if (answer.idTagInfo.status === 'Accepted') {
    await becomes('Charging');
  }
}

async function stopAsAsked() {
  await byItself('StopTransaction', stop('Remote'));
  await becomes('Finishing');
  await becomes('Available');
}

async function restartAsAsked({ type }) {
  if (transaction !== null) {
    await byItself('StopTransaction', stop(`${type}Reset`));
  }
  await client.close();
  await client.connect();
  await byItself('BootNotification', BOOT);
}

const accept = () => ({ status: 'Accepted' });
const triggerable = ({ requestedMessage }) => ({ status: requestedMessage in TRIGGERED ? 'Accepted' : 'NotImplemented' });

/** Each action it can be asked for: its usual answer, and what it does once it has agreed. */
const ACTIONS = {
  RemoteStartTransaction: [accept, startAsAsked],
  RemoteStopTransaction: [({ transactionId }) => ({ status: transactionId === transaction ? 'Accepted' : 'Rejected' }), stopAsAsked],
  Reset: [accept, restartAsAsked],
  GetConfiguration: [getConfiguration],
  ChangeConfiguration: [changeConfiguration],
  TriggerMessage: [triggerable, ({ requestedMessage }) => byItself(requestedMessage, TRIGGERED[requestedMessage]())],
  ChangeAvailability: [accept, ({ type }) => becomes(type === 'Operative' ? 'Available' : 'Unavailable')],
  UnlockConnector: [() => ({ status: 'Unlocked' })],
  ClearCache: [accept],
  DataTransfer: [() => ({ status: 'UnknownVendorId' })],
  ReserveNow: [accept],
  CancelReservation: [accept],
  UpdateFirmware: [() => ({})],
  GetDiagnostics: [() => ({ fileName: 'diagnostics.log' })],
  GetLocalListVersion: [() => ({ listVersion: 0 })],
  SendLocalList: [accept],
  SetChargingProfile: [accept],
  ClearChargingProfile: [accept],
  GetCompositeSchedule: [() => ({ status: 'Rejected' })],
};

for (const [action, [usual, afterwards]] of Object.entries(ACTIONS)) {
  client.handle(action, ({ params }) => {
    const answer = told.get(action) ?? usual(params);
    show({ event: 'asked', action, payload: params, answer });
    if (afterwards && answer.status === 'Accepted') {
      // Once the answer is on its way.
      setImmediate(() => afterwards(params).catch((error) => console.error(`${action}, afterwards:`, error)));
    }
    return answer;
  });
}
client.on('disconnect', ({ code }) => show({ event: 'closed', code }));
client.on('strictValidationFailure', ({ method, error, outbound }) => {
  show({ event: 'invalid', action: method, outbound, reason: error.message });
});

const commands = {
  async connect() {
    await client.connect();
    return { subprotocol: client.protocol };
  },
  leave: async () => void (await client.close()),
  call: ({ action, payload }) => say(action, payload),
  status: ({ status: becoming }) => say('StatusNotification', report(becoming)),
  boot: () => say('BootNotification', BOOT),
  start: ({ idTag }) => say('StartTransaction', start(idTag)),
  measure({ meterWh: register, powerW }) {
    meterWh = register;
    return say('MeterValues', reading(powerW));
  },
  stop: ({ reason }) => say('StopTransaction', stop(reason)),
  answer: ({ action, payload }) => void told.set(action, payload),
};

function reason(error) {
  if (error.rpcErrorCode) {
    return { code: error.rpcErrorCode, description: error.message };
  }
  return Number.isInteger(error.code) ? { status: error.code } : { message: error.message };
}

await obey(commands, reason);
