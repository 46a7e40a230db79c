// Generated from openapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

/**
 * What a session costs, line by line.
 */
export type SessionCost = CostObject & {
  /**
   * The lines; their sum is the total.
   */
  lines: MoneyLine[];
};
/**
 * What a line of a bill is for.
 */
export type MoneyLineKind = "Energy";
/**
 * Who began it.
 */
export type StartedBy = "Account" | "Rfid" | "Operator";
/**
 * Where a session stands.
 */
export type SessionStatus = "Requested" | "Accepted" | "Charging" | "Suspended" | "Stopping" | "Stopped" | "Failed";
/**
 * Why it ended. Source: OCPP 1.6 §7.34, in the words of 2-contract.
 */
export type StopReason =
  | "Driver"
  | "Operator"
  | "Local"
  | "EvDisconnected"
  | "DeAuthorized"
  | "PowerLoss"
  | "EmergencyStop"
  | "HardReset"
  | "SoftReset"
  | "Reboot"
  | "UnlockCommand"
  | "Inferred"
  | "Other";
/**
 * A charge point's state at a glance.
 */
export type ChargePointStatus = "Available" | "Occupied" | "Unavailable" | "Faulted" | "Offline";
/**
 * A charge point.
 */
export type ChargingPointObject = (ChargingPointDetail | null) & {
  connectivity: Connectivity;
  /**
   * Its plugs.
   */
  connectors: ConnectorObject[];
  /**
   * Its id.
   */
  id: string;
  /**
   * Rated power, W.
   */
  maxPowerW: number;
  /**
   * The name people read.
   */
  name: string;
  price?: Price | null;
  /**
   * Since when `status` holds.
   */
  since: string;
  /**
   * Where it stands.
   */
  stationId: string;
  status: ChargePointStatus;
  /**
   * Rises with each change.
   */
  version: number;
};
/**
 * Whether the charger's socket is open.
 */
export type Connectivity = "Online" | "Offline";
/**
 * Whose cable it is. Source: OCPI 2.2.1 `ConnectorFormat`.
 */
export type ConnectorFormat = "Socket" | "Cable";
/**
 * A connector's state. Source: OCPP 1.6 §7.7, in the words of 2-contract.
 */
export type ConnectorStatus =
  | "Available"
  | "Preparing"
  | "Charging"
  | "SuspendedEv"
  | "SuspendedEvse"
  | "Finishing"
  | "Reserved"
  | "Unavailable"
  | "Faulted"
  | "Unknown";
/**
 * What fits into a connector. Source: OCPI 2.2.1 `ConnectorType`.
 */
export type ConnectorType = "Type2" | "Ccs2" | "Chademo";
/**
 * Who asked for a command.
 */
export type RequesterKind = "Operator" | "Customer" | "System";
/**
 * Where a command stands.
 */
export type CommandStatus = "Requested" | "Accepted" | "Rejected" | "Failed" | "TimedOut";
/**
 * Whether a station's charge points are connected.
 */
export type StationStatus = "Online" | "PartlyOnline" | "Offline";
/**
 * A charge point, and the request's own fields.
 */
export type Named = {} & {
  /**
   * The charge point: its id or its identity.
   */
  chargePointId: string;
};
/**
 * A station.
 */
export type StationObject = (StationDetail | null) & {
  address: Address;
  /**
   * Free plugs.
   */
  connectorsAvailable: number;
  /**
   * Plugs in all.
   */
  connectorsTotal: number;
  /**
   * Whom to call.
   */
  helpline?: string | null;
  /**
   * Its id.
   */
  id: string;
  location?: Location | null;
  /**
   * The name drivers read.
   */
  name: string;
  /**
   * Charge points whose socket is open.
   */
  pointsOnline: number;
  /**
   * Charge points in all.
   */
  pointsTotal: number;
  price?: Price | null;
  status: StationStatus;
  /**
   * IANA name, such as `Europe/Berlin`.
   */
  timeZone: string;
  /**
   * Rises with each change.
   */
  version: number;
};

/**
 * Every object of the REST API by its name.
 */
export interface ApiObjects {
  Active: Active;
  Address: Address;
  AnyCommand: AnyCommand;
  Card: Card;
  ChangePassword: ChangePassword;
  ChangeProfile: ChangeProfile;
  ChargePointStatus: ChargePointStatus;
  ChargingPointDetail: ChargingPointDetail;
  ChargingPointObject: ChargingPointObject;
  CommandErrorObject: CommandErrorObject;
  CommandObject: CommandObject;
  CommandStatus: CommandStatus;
  CommandTaken: CommandTaken;
  Connectivity: Connectivity;
  ConnectorFormat: ConnectorFormat;
  ConnectorObject: ConnectorObject;
  ConnectorStatus: ConnectorStatus;
  ConnectorType: ConnectorType;
  CostObject: CostObject;
  Credentials: Credentials;
  CustomerObject: CustomerObject;
  Events: Events;
  Export: Export;
  Failure: Failure;
  FieldError: FieldError;
  Forgotten: Forgotten;
  Health: Health;
  Listed_ChargingPointObject: Listed_ChargingPointObject;
  Listed_Session: Listed_Session;
  Listed_StationObject: Listed_StationObject;
  Location: Location;
  Login: Login;
  Me: Me;
  Money: Money;
  MoneyLine: MoneyLine;
  MoneyLineKind: MoneyLineKind;
  Named: Named;
  NextPrice: NextPrice;
  Price: Price;
  Problem: Problem;
  Register: Register;
  RemoteStart: RemoteStart;
  RemoteStop: RemoteStop;
  RequesterKind: RequesterKind;
  RequesterObject: RequesterObject;
  Session: Session;
  SessionCost: SessionCost;
  SessionStatus: SessionStatus;
  SessionTaken: SessionTaken;
  Start: Start;
  StartedBy: StartedBy;
  StationDetail: StationDetail;
  StationObject: StationObject;
  StationStatus: StationStatus;
  Stop: Stop;
  StopReason: StopReason;
  User: User;
}
/**
 * The session that goes on.
 */
export interface Active {
  session?: Session | null;
}
/**
 * A charge from the wish to the bill.
 */
export interface Session {
  /**
   * At which box.
   */
  chargePointId: string;
  /**
   * The box's name.
   */
  chargePointName: string;
  /**
   * At which plug.
   */
  connectorId: number;
  cost?: SessionCost | null;
  /**
   * Whose, when an account's.
   */
  customerId?: string | null;
  /**
   * How long it lasted so far.
   */
  durationSeconds: number;
  /**
   * Energy taken, kWh.
   */
  energyConsumed: number;
  /**
   * Energy taken, Wh.
   */
  energyWh: number;
  failure?: Failure | null;
  held?: Money | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * The card, all but its last four characters hidden; null for a charge begun from a screen.
   */
  idToken?: string | null;
  /**
   * Whether its end was inferred and not reported.
   */
  inferred: boolean;
  limit?: {
    [k: string]: unknown | undefined;
  };
  /**
   * The register at the start.
   */
  meterStartWh?: number | null;
  /**
   * The register at the stop.
   */
  meterStopWh?: number | null;
  /**
   * Power now, W.
   */
  powerW?: number | null;
  /**
   * Where the receipt is; null where there is none.
   */
  receiptUrl?: string | null;
  /**
   * When it was asked for.
   */
  requestedAt: string;
  /**
   * The battery's state of charge.
   */
  socPercent?: number | null;
  /**
   * When it began.
   */
  startedAt?: string | null;
  startedBy: StartedBy;
  /**
   * Where.
   */
  stationId: string;
  /**
   * The station's name.
   */
  stationName: string;
  status: SessionStatus;
  stopReason?: StopReason | null;
  /**
   * When it ended.
   */
  stoppedAt?: string | null;
  /**
   * The tariff whose price it keeps.
   */
  tariffId?: string | null;
  /**
   * Which version of it.
   */
  tariffVersion?: number | null;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The car; null where none was named.
   */
  vehicleId?: string | null;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * What something costs: total = net + tax.
 */
export interface CostObject {
  net: Money;
  tax: Money;
  total: Money;
}
/**
 * Money on the wire: `{"amount":"12.34","currency":"EUR"}`.
 */
export interface Money {
  /**
   * A decimal string, negative with "-".
   */
  amount: string;
  /**
   * ISO 4217.
   */
  currency: string;
}
/**
 * A line of a bill.
 */
export interface MoneyLine {
  amount: Money;
  kind: MoneyLineKind;
  /**
   * In words.
   */
  label: string;
  /**
   * How much, a decimal string.
   */
  quantity: string;
  /**
   * The tax inside, a decimal string.
   */
  taxPercent: string;
  /**
   * Of what: `kWh`, `min`, `session`.
   */
  unit: string;
  unitPrice: Money;
}
/**
 * Why a session never came to be.
 */
export interface Failure {
  /**
   * For programs.
   */
  code: string;
  /**
   * For people.
   */
  detail: string;
}
/**
 * Where to drive.
 */
export interface Address {
  /**
   * City.
   */
  city?: string;
  /**
   * ISO 3166-1 alpha-2.
   */
  country?: string;
  /**
   * Street and number.
   */
  line1?: string;
  /**
   * Postal code.
   */
  postalCode?: string;
}
/**
 * Any action of the charger's OCPP version.
 */
export interface AnyCommand {
  /**
   * The OCPP action, spelt as in the specification.
   */
  action: string;
  /**
   * The charge point: its id or its identity.
   */
  chargePointId: string;
  /**
   * The request's payload, by the action's schema.
   */
  payload?: {};
}
/**
 * A card.
 */
export interface Card {
  /**
   * Whether it may charge: `accepted`, `blocked`, `expired`.
   */
  status: string;
  /**
   * Its number.
   */
  token: string;
}
/**
 * The old password and the new one.
 */
export interface ChangePassword {
  /**
   * The one until now.
   */
  currentPassword: string;
  /**
   * The one from now on.
   */
  newPassword: string;
}
/**
 * What is to be another; what is left out stays.
 */
export interface ChangeProfile {
  /**
   * A BCP 47 tag.
   */
  language?: string | null;
  /**
   * The name on screen.
   */
  name?: string | null;
  /**
   * The number; null or empty takes it away.
   */
  phone?: string | null;
}
/**
 * (O) What only operators see of a charge point.
 */
export interface ChargingPointDetail {
  /**
   * (O) When it last booted.
   */
  bootedAt?: string | null;
  /**
   * (O) When it was registered.
   */
  createdAt: string;
  /**
   * (O) The firmware.
   */
  firmwareVersion?: string | null;
  /**
   * (O) What it calls itself in its URL.
   */
  identity: string;
  /**
   * (O) When it was last heard.
   */
  lastSeenAt?: string | null;
  /**
   * (O) The model.
   */
  model?: string | null;
  /**
   * (O) The OCPP version it is registered for.
   */
  protocol: string;
  /**
   * (O) Where its socket comes from.
   */
  remoteAddress?: string | null;
  /**
   * (O) OCPP security profile.
   */
  securityProfile: number;
  /**
   * (O) The serial number.
   */
  serialNumber?: string | null;
  /**
   * (O) Its own tariff; null: its station's.
   */
  tariffId?: string | null;
  /**
   * (O) When it last changed.
   */
  updatedAt: string;
  /**
   * (O) The maker.
   */
  vendor?: string | null;
}
/**
 * A plug.
 */
export interface ConnectorObject {
  /**
   * Its number on the box, from 1.
   */
  connectorId: number;
  /**
   * The charger's error word; always null for passers-by.
   */
  errorCode?: string | null;
  /**
   * Its EVSE; in OCPP 1.6 the same number.
   */
  evseId: number;
  format: ConnectorFormat;
  /**
   * Rated power, W.
   */
  maxPowerW: number;
  /**
   * Since when.
   */
  since: string;
  status: ConnectorStatus;
  type: ConnectorType;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * What a driver pays here, tax included.
 */
export interface Price {
  /**
   * ISO 4217.
   */
  currency: string;
  exampleFor20Kwh: Money;
  /**
   * Minutes before that begins.
   */
  idleGraceMinutes: number;
  idlePerMinute?: Money | null;
  next?: NextPrice | null;
  perKwh: Money;
  perMinute?: Money | null;
  sessionFee?: Money | null;
  /**
   * Of which tariff.
   */
  tariffId: string;
  /**
   * Of which version of it: sent back with a start, so that nobody pays a price never shown.
   */
  tariffVersion: number;
  /**
   * Always true: prices are what is paid.
   */
  taxIncluded: boolean;
  /**
   * The tax inside, a decimal string.
   */
  taxPercent: string;
}
/**
 * A price to come.
 */
export interface NextPrice {
  /**
   * From when on.
   */
  from: string;
  perKwh: Money;
}
/**
 * Why a command failed.
 */
export interface CommandErrorObject {
  /**
   * For programs.
   */
  code: string;
  /**
   * For people. May be a charger's text: show it as text only.
   */
  detail: string;
}
/**
 * A command to a charger.
 */
export interface CommandObject {
  /**
   * The OCPP action.
   */
  action: string;
  /**
   * When the answer came, or was given up.
   */
  answeredAt?: string | null;
  /**
   * For which charge point.
   */
  chargePointId: string;
  error?: CommandErrorObject | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * What that calls itself.
   */
  identity: string;
  /**
   * When it was asked for.
   */
  requestedAt: string;
  requestedBy: RequesterObject;
  /**
   * What the charger answered.
   */
  response?: {} | null;
  /**
   * When it went out.
   */
  sentAt?: string | null;
  /**
   * For which session.
   */
  sessionId?: string | null;
  status: CommandStatus;
}
/**
 * Who asked for a command.
 */
export interface RequesterObject {
  /**
   * Its id; null for the gateway itself.
   */
  id?: string | null;
  kind: RequesterKind;
  /**
   * The name to show.
   */
  name: string;
}
/**
 * A command that was taken; its end comes as an event.
 */
export interface CommandTaken {
  command: CommandObject;
}
/**
 * An e-mail address and a password.
 */
export interface Credentials {
  email: string;
  password: string;
}
/**
 * A driver with an account.
 */
export interface CustomerObject {
  /**
   * When it was made.
   */
  createdAt: string;
  /**
   * The address it signs in with.
   */
  email: string;
  /**
   * Its id.
   */
  id: string;
  /**
   * The language of pages and receipts: a BCP 47 tag.
   */
  language: string;
  /**
   * The name on screen.
   */
  name: string;
  /**
   * For the operator's help desk.
   */
  phone?: string | null;
  /**
   * When it last changed.
   */
  updatedAt: string;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * The events after a number.
 */
export interface Events {
  /**
   * Envelopes, oldest first. Their data: `docs/asyncapi.json`.
   */
  events: {}[];
  /**
   * The newest number there is.
   */
  seq: number;
  /**
   * The stream their numbers count in.
   */
  stream: string;
}
/**
 * All that is kept of a driver.
 */
export interface Export {
  customer: CustomerObject;
  /**
   * When it was written.
   */
  exportedAt: string;
  /**
   * The cards.
   */
  idTokens: Card[];
  /**
   * Every charge, newest first.
   */
  sessions: Session[];
}
/**
 * One field outside its bounds.
 */
export interface FieldError {
  /**
   * What is wrong, for programs.
   */
  code: string;
  /**
   * What is wrong, for people.
   */
  detail: string;
  /**
   * Where it stands: a JSON pointer, or the parameter's name.
   */
  pointer: string;
}
/**
 * Whose password is forgotten.
 */
export interface Forgotten {
  /**
   * The address of the account.
   */
  email: string;
}
/**
 * Whether the gateway can do its work.
 */
export interface Health {
  /**
   * `connected`, `blocked`, `down` or `in_process`. A broker that is away is no reason to stop.
   */
  broker: string;
  /**
   * `ok`, `full` (its disk is, nothing new begins) or `down`.
   */
  database: string;
  /**
   * Events that wait for the bus.
   */
  outboxDepth?: number | null;
  /**
   * Live readers.
   */
  readers: number;
  /**
   * Whether it can.
   */
  ready: boolean;
}
/**
 * A page of a list.
 */
export interface Listed_ChargingPointObject {
  /**
   * The objects.
   *
   * Items: A charge point.
   */
  items: ((ChargingPointDetail | null) & {
    connectivity: Connectivity;
    /**
     * Its plugs.
     */
    connectors: ConnectorObject[];
    /**
     * Its id.
     */
    id: string;
    /**
     * Rated power, W.
     */
    maxPowerW: number;
    /**
     * The name people read.
     */
    name: string;
    price?: Price | null;
    /**
     * Since when `status` holds.
     */
    since: string;
    /**
     * Where it stands.
     */
    stationId: string;
    status: ChargePointStatus;
    /**
     * Rises with each change.
     */
    version: number;
  })[];
  /**
   * How many a page holds at most.
   */
  limit: number;
  /**
   * Which page.
   */
  page: number;
  /**
   * How many there are in all.
   */
  total: number;
}
/**
 * A page of a list.
 */
export interface Listed_Session {
  /**
   * The objects.
   *
   * Items: A charge from the wish to the bill.
   */
  items: {
    /**
     * At which box.
     */
    chargePointId: string;
    /**
     * The box's name.
     */
    chargePointName: string;
    /**
     * At which plug.
     */
    connectorId: number;
    cost?: SessionCost | null;
    /**
     * Whose, when an account's.
     */
    customerId?: string | null;
    /**
     * How long it lasted so far.
     */
    durationSeconds: number;
    /**
     * Energy taken, kWh.
     */
    energyConsumed: number;
    /**
     * Energy taken, Wh.
     */
    energyWh: number;
    failure?: Failure | null;
    held?: Money | null;
    /**
     * Its id.
     */
    id: string;
    /**
     * The card, all but its last four characters hidden; null for a charge begun from a screen.
     */
    idToken?: string | null;
    /**
     * Whether its end was inferred and not reported.
     */
    inferred: boolean;
    limit?: {
      [k: string]: unknown | undefined;
    };
    /**
     * The register at the start.
     */
    meterStartWh?: number | null;
    /**
     * The register at the stop.
     */
    meterStopWh?: number | null;
    /**
     * Power now, W.
     */
    powerW?: number | null;
    /**
     * Where the receipt is; null where there is none.
     */
    receiptUrl?: string | null;
    /**
     * When it was asked for.
     */
    requestedAt: string;
    /**
     * The battery's state of charge.
     */
    socPercent?: number | null;
    /**
     * When it began.
     */
    startedAt?: string | null;
    startedBy: StartedBy;
    /**
     * Where.
     */
    stationId: string;
    /**
     * The station's name.
     */
    stationName: string;
    status: SessionStatus;
    stopReason?: StopReason | null;
    /**
     * When it ended.
     */
    stoppedAt?: string | null;
    /**
     * The tariff whose price it keeps.
     */
    tariffId?: string | null;
    /**
     * Which version of it.
     */
    tariffVersion?: number | null;
    /**
     * The charger's number for it.
     */
    transactionId?: number | null;
    /**
     * The car; null where none was named.
     */
    vehicleId?: string | null;
    /**
     * Rises with each change.
     */
    version: number;
  }[];
  /**
   * How many a page holds at most.
   */
  limit: number;
  /**
   * Which page.
   */
  page: number;
  /**
   * How many there are in all.
   */
  total: number;
}
/**
 * A page of a list.
 */
export interface Listed_StationObject {
  /**
   * The objects.
   *
   * Items: A station.
   */
  items: ((StationDetail | null) & {
    address: Address;
    /**
     * Free plugs.
     */
    connectorsAvailable: number;
    /**
     * Plugs in all.
     */
    connectorsTotal: number;
    /**
     * Whom to call.
     */
    helpline?: string | null;
    /**
     * Its id.
     */
    id: string;
    location?: Location | null;
    /**
     * The name drivers read.
     */
    name: string;
    /**
     * Charge points whose socket is open.
     */
    pointsOnline: number;
    /**
     * Charge points in all.
     */
    pointsTotal: number;
    price?: Price | null;
    status: StationStatus;
    /**
     * IANA name, such as `Europe/Berlin`.
     */
    timeZone: string;
    /**
     * Rises with each change.
     */
    version: number;
  })[];
  /**
   * How many a page holds at most.
   */
  limit: number;
  /**
   * Which page.
   */
  page: number;
  /**
   * How many there are in all.
   */
  total: number;
}
/**
 * (O) What only operators see of a station.
 */
export interface StationDetail {
  /**
   * (O) When it was made.
   */
  createdAt: string;
  /**
   * (O) Whose it is; null: nobody's in particular.
   */
  organizationId?: string | null;
  /**
   * (O) Its tariff.
   */
  tariffId?: string | null;
  /**
   * (O) When it last changed.
   */
  updatedAt: string;
}
/**
 * Where on the map, WGS 84.
 */
export interface Location {
  /**
   * Degrees north.
   */
  latitude: number;
  /**
   * Degrees east.
   */
  longitude: number;
}
/**
 * A fresh sign-in.
 */
export interface Login {
  /**
   * When it ends whatever happens.
   */
  expiresAt: string;
  /**
   * Sent as `Authorization: Bearer …` from now on.
   */
  token: string;
  /**
   * `Bearer`.
   */
  tokenType: string;
  user: User;
}
/**
 * Who is signed in.
 */
export interface User {
  /**
   * The address it signs in with.
   */
  email: string;
  /**
   * Its id.
   */
  id: string;
  /**
   * The language of its pages: a BCP 47 tag.
   */
  language: string;
  /**
   * The name on screen.
   */
  name: string;
  /**
   * (O) Whose rows it sees; null: all.
   */
  organizationId?: string | null;
  /**
   * What it may do: `customer`, `viewer`, `operator`, `admin`.
   */
  role: string;
}
/**
 * Who is signed in, wrapped.
 */
export interface Me {
  user: User;
}
/**
 * What went wrong, for the page (`code`), for people (`detail`) and for the log (`traceId`).
 */
export interface Problem {
  /**
   * One of the closed list.
   */
  code: string;
  /**
   * What happened this time.
   */
  detail: string;
  /**
   * Which fields are outside their bounds; for `request.validation` only.
   */
  errors?: FieldError[];
  /**
   * The HTTP status.
   */
  status: number;
  /**
   * The same for every problem of its code.
   */
  title: string;
  /**
   * Finds the request in the log.
   */
  traceId: string;
  /**
   * Names the kind of problem: `urn:forecourt:problem:` and the code.
   */
  type: string;
}
/**
 * What somebody says of themselves.
 */
export interface Register {
  /**
   * The address to sign in with.
   */
  email: string;
  /**
   * A BCP 47 tag; left out: English.
   */
  language?: string | null;
  /**
   * The name on screen; left out: the address.
   */
  name?: string | null;
  /**
   * 8 to 256 characters, and none of the first that others would try.
   */
  password: string;
  /**
   * For the operator's help desk.
   */
  phone?: string | null;
}
/**
 * Where and under which token to charge.
 */
export interface RemoteStart {
  /**
   * The charge point: its id or its identity.
   */
  chargePointId: string;
  /**
   * The plug; left out: the first free one.
   */
  connectorId?: number | null;
  /**
   * The token, 20 characters at most.
   */
  idTag: string;
}
/**
 * Which transaction to end.
 */
export interface RemoteStop {
  /**
   * The charge point: its id or its identity.
   */
  chargePointId: string;
  /**
   * The charger's number for it.
   */
  transactionId: number;
}
/**
 * A session on its way; what becomes of it comes as events.
 */
export interface SessionTaken {
  session: Session;
}
/**
 * Where to charge.
 */
export interface Start {
  /**
   * The charge point's id.
   */
  chargePointId: string;
  /**
   * The plug.
   */
  connectorId: number;
  /**
   * `price.tariffVersion` as it was shown: another one now is refused.
   */
  tariffVersion?: number | null;
}
/**
 * Which charge to end.
 */
export interface Stop {
  /**
   * The session's id.
   */
  sessionId: string;
}
