// Generated from asyncapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

/**
 * What an alert is about.
 */
export type AlertKind =
  | "connector_fault"
  | "suspense"
  | "clock_unsynced"
  | "charge_open"
  | "outbox_full"
  | "books_wrong"
  | "adjustment_pending"
  | "payment_odd"
  | "dead_letters"
  | "setting_misfit"
  | "update_waiting"
  | "update_failed";
/**
 * How urgent an alert is.
 */
export type Severity = "info" | "warning" | "critical";
/**
 * A charge point: `chargePointId` everywhere outside OCPP.
 */
export type ChargePointId = string;
/**
 * What a BootNotification was answered.
 */
export type Registration = "accepted";
/**
 * A site with charge points.
 */
export type StationId = string;
/**
 * Whether the charger's socket is open.
 */
export type Connectivity = "online" | "offline";
/**
 * A charge point's state at a glance.
 */
export type ChargePointStatus = "available" | "occupied" | "unavailable" | "faulted" | "offline";
/**
 * A driver with an account.
 */
export type CustomerId = string;
/**
 * Why a session never came to be.
 */
export type FailureCode =
  | "charger.rejected"
  | "charger.error"
  | "charger.no_answer"
  | "session.not_plugged_in"
  | "session.cancelled"
  | "id_token.blocked"
  | "id_token.expired"
  | "id_token.invalid"
  | "id_token.concurrent"
  | "wallet.insufficient_funds";
/**
 * A charge as the driver sees and pays it.
 */
export type SessionId = string;
/**
 * Where a session stands.
 */
export type SessionStatus = "requested" | "accepted" | "charging" | "suspended" | "stopping" | "stopped" | "failed";
/**
 * A command to a charger.
 */
export type CommandId = string;
/**
 * Who began it.
 */
export type StartedBy = "account" | "rfid" | "code" | "checkout" | "operator";
/**
 * Watt-hours.
 */
export type WattHours = number;
/**
 * What a line of a bill is for.
 */
export type MoneyLineKind = "energy" | "time" | "flat" | "idle" | "min_price" | "max_price";
/**
 * Why it ended. Source: OCPP 1.6 §7.34, in the words of 2-contract.
 */
export type StopReason =
  | "driver"
  | "operator"
  | "local"
  | "ev_disconnected"
  | "de_authorized"
  | "power_loss"
  | "emergency_stop"
  | "hard_reset"
  | "soft_reset"
  | "reboot"
  | "unlock_command"
  | "inferred"
  | "limit"
  | "other";
/**
 * Who pauses a charge.
 */
export type SuspendedBy = "ev" | "evse";
/**
 * Why a running session was told of again.
 */
export type UpdateReason = "limit" | "stopping" | "late_correction";
/**
 * Whose cable it is. Source: OCPI 2.2.1 `ConnectorFormat`.
 */
export type ConnectorFormat = "socket" | "cable";
/**
 * A connector's state. Source: OCPP 1.6 §7.7, in the words of 2-contract.
 */
export type ConnectorStatus =
  | "available"
  | "preparing"
  | "charging"
  | "suspended_ev"
  | "suspended_evse"
  | "finishing"
  | "reserved"
  | "unavailable"
  | "faulted"
  | "unknown";
/**
 * What fits into a connector. Source: OCPI 2.2.1 `ConnectorType`.
 */
export type ConnectorType = "IEC_62196_T2" | "IEC_62196_T2_COMBO" | "CHADEMO";
/**
 * Whether a station's charge points are connected.
 */
export type StationStatus = "online" | "partly_online" | "offline";
/**
 * What a price component charges. Source: OCPI 2.2.1 `TariffDimensionType`.
 */
export type Dimension = "ENERGY" | "TIME" | "PARKING_TIME" | "FLAT";
/**
 * Source: OCPI 2.2.1 `DayOfWeek`.
 */
export type DayOfWeek = "MONDAY" | "TUESDAY" | "WEDNESDAY" | "THURSDAY" | "FRIDAY" | "SATURDAY" | "SUNDAY";
/**
 * Where a tariff stands between its dates.
 */
export type TariffStatus = "active" | "scheduled" | "expired";
/**
 * Who asked for a command.
 */
export type RequesterKind = "operator" | "customer" | "system";
/**
 * Where a command stands.
 */
export type CommandStatus = "requested" | "accepted" | "rejected" | "failed" | "timed_out";
/**
 * How the database is.
 */
export type DatabaseHealth = "ok" | "slow" | "down";
/**
 * Which way a frame went.
 */
export type Direction = "in" | "out";
/**
 * What a frame is. Source: OCPP-J 1.6 §4.1.3.
 */
export type FrameKind = "call" | "result" | "error";
/**
 * Why a balance changed.
 */
export type BalanceReason = "topup" | "hold" | "extend" | "capture" | "release" | "refund" | "adjustment";
/**
 * Why money came in or went out, as the customer reads it.
 */
export type WalletTransactionKind = "topup" | "charge" | "refund" | "adjustment";
/**
 * Where a movement of money stands.
 */
export type WalletTransactionStatus = "pending" | "completed" | "failed";

/**
 * Every event type with its data.
 */
export interface EventData {
  "alert.cleared": AlertNews;
  "alert.raised": AlertNews;
  "charger.booted": ChargerBooted;
  "charger.connected": ChargerConnected;
  "charger.disconnected": ChargerDisconnected;
  "charger.status.changed": ChargerStatusChanged;
  "charging.failed": ChargingFailed;
  "charging.remote.start.accepted": RemoteAnswered;
  "charging.remote.start.rejected": RemoteAnswered;
  "charging.remote.stop.accepted": RemoteAnswered;
  "charging.remote.stop.rejected": RemoteAnswered;
  "charging.requested": ChargingRequested;
  "charging.resumed": ChargingSwitched;
  "charging.started": ChargingStarted;
  "charging.stopped": ChargingStopped;
  "charging.suspended": ChargingSuspended;
  "charging.updated": ChargingUpdated;
  "cms.customer.created": CustomerNews;
  "cms.customer.deleted": Deleted;
  "cms.customer.updated": CustomerNews;
  "cms.point.created": PointNews;
  "cms.point.deleted": PointDeleted;
  "cms.point.updated": PointNews;
  "cms.station.created": StationNews;
  "cms.station.deleted": Deleted;
  "cms.station.updated": StationNews;
  "cms.tariff.created": TariffNews;
  "cms.tariff.deleted": Deleted;
  "cms.tariff.updated": TariffNews;
  "command.accepted": CommandNews;
  "command.failed": CommandNews;
  "command.rejected": CommandNews;
  "command.requested": CommandNews;
  "command.timed_out": CommandNews;
  "connector.status.changed": ConnectorStatusChanged;
  "cost.updated": CostUpdated;
  "gateway.status.changed": GatewayStatusChanged;
  "meter.values": MeterValues;
  "ocpp.message": OcppMessage;
  "revenue.updated": RevenueUpdated;
  "station.price.changed": PriceChanged;
  "station.status.changed": StationStatusChanged;
  "tariff.period.changed": PriceChanged;
  "wallet.balance.changed": WalletBalanceChanged;
  "wallet.transaction.created": WalletTransactionCreated;
}
/**
 * `alert.raised` and `alert.cleared`.
 */
export interface AlertNews {
  alert: Alert;
}
/**
 * (O) What an operator should look at.
 */
export interface Alert {
  /**
   * When somebody took it on.
   */
  acknowledgedAt?: string | null;
  /**
   * At which box.
   */
  chargePointId?: string | null;
  /**
   * When it was over.
   */
  clearedAt?: string | null;
  /**
   * In a sentence. May quote a charger: show it as text only.
   */
  detail: string;
  /**
   * Its id.
   */
  id: string;
  kind: AlertKind;
  /**
   * Since when.
   */
  raisedAt: string;
  /**
   * In which session.
   */
  sessionId?: string | null;
  severity: Severity;
  /**
   * Where.
   */
  stationId?: string | null;
  /**
   * In a few words.
   */
  title: string;
}
/**
 * `charger.booted`.
 */
export interface ChargerBooted {
  chargePointId: ChargePointId;
  /**
   * The firmware.
   */
  firmwareVersion?: string | null;
  /**
   * The model.
   */
  model?: string | null;
  registration: Registration;
  /**
   * The serial number.
   */
  serialNumber?: string | null;
  stationId: StationId;
  /**
   * The maker.
   */
  vendor?: string | null;
  /**
   * The charge point's version.
   */
  version: number;
}
/**
 * `charger.connected`.
 */
export interface ChargerConnected {
  chargePointId: ChargePointId;
  connectivity: Connectivity;
  /**
   * What it calls itself.
   */
  identity?: string;
  /**
   * The OCPP version it speaks.
   */
  protocol?: string;
  /**
   * Where it comes from.
   */
  remoteAddress?: string | null;
  /**
   * Since when.
   */
  since: string;
  stationId: StationId;
  status: ChargePointStatus;
  /**
   * The charge point's version.
   */
  version: number;
}
/**
 * `charger.disconnected`.
 */
export interface ChargerDisconnected {
  chargePointId: ChargePointId;
  connectivity: Connectivity;
  /**
   * Why the socket closed, in words.
   */
  reason?: string | null;
  /**
   * Since when.
   */
  since: string;
  stationId: StationId;
  status: ChargePointStatus;
  /**
   * The charge point's version.
   */
  version: number;
}
/**
 * `charger.status.changed`.
 */
export interface ChargerStatusChanged {
  chargePointId: ChargePointId;
  connectivity: Connectivity;
  previousStatus: ChargePointStatus;
  /**
   * Since when.
   */
  since: string;
  stationId: StationId;
  status: ChargePointStatus;
  /**
   * The charge point's version.
   */
  version: number;
}
/**
 * `charging.failed`.
 */
export interface ChargingFailed {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  failure: FailureObject;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  status: SessionStatus;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * Why a session never came to be.
 */
export interface FailureObject {
  code: FailureCode;
  /**
   * For people.
   */
  detail: string;
}
/**
 * `charging.remote.start.accepted` and its three brothers.
 */
export interface RemoteAnswered {
  chargePointId: ChargePointId;
  commandId: CommandId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * Why it failed.
   */
  error?: CommandError | null;
  /**
   * What the charger answered.
   */
  response?: {
    [k: string]: unknown | undefined;
  };
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * Why a command failed.
 */
export interface CommandError {
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
 * `charging.requested`.
 */
export interface ChargingRequested {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * Where the driver wants it to end; null: at the stop button.
   */
  limit?: Limit | null;
  /**
   * When it was asked for.
   */
  requestedAt: string;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  startedBy: StartedBy;
  stationId: StationId;
  status: SessionStatus;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * Where a charge is to end: at the first of these.
 */
export interface Limit {
  /**
   * When it costs so much.
   */
  amount?: Money | null;
  /**
   * When it has taken so much energy, Wh.
   */
  energyWh?: number | null;
  /**
   * After so many minutes.
   */
  minutes?: number | null;
  /**
   * When the battery is so full, percent.
   */
  socPercent?: number | null;
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
 * `charging.resumed`.
 */
export interface ChargingSwitched {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  status: SessionStatus;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * `charging.started`.
 */
export interface ChargingStarted {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  meterStartWh: WattHours;
  /**
   * The price it holds to the end; null where nothing is charged.
   */
  price?: Price | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  /**
   * When, by the charger's clock.
   */
  startedAt: string;
  startedBy: StartedBy;
  stationId: StationId;
  status: SessionStatus;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
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
  /**
   * Per minute once the charge is over; null where none is taken.
   */
  idlePerMinute?: Money | null;
  /**
   * The next change; null where none is known.
   */
  next?: NextPrice | null;
  perKwh: Money;
  /**
   * Per minute; null where none is taken.
   */
  perMinute?: Money | null;
  /**
   * Per session; null where none is taken.
   */
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
 * `charging.stopped`.
 */
export interface ChargingStopped {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * What it costs; null where nothing is charged.
   */
  cost?: Cost | null;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * How long it lasted.
   */
  durationSeconds: number;
  /**
   * Energy taken, kWh.
   */
  energyConsumed: number;
  energyWh: WattHours;
  /**
   * Whether the end was inferred and not reported.
   */
  inferred: boolean;
  meterStopWh: WattHours;
  /**
   * Where the receipt is; null where there is none.
   */
  receiptUrl?: string | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  status: SessionStatus;
  stopReason: StopReason;
  /**
   * When, by the charger's clock.
   */
  stoppedAt: string;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * What something costs: total = net + tax.
 */
export interface Cost {
  /**
   * Line by line: their amounts are the total.
   */
  lines: MoneyLine[];
  net: Money;
  tax: Money;
  total: Money;
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
 * `charging.suspended`.
 */
export interface ChargingSuspended {
  by: SuspendedBy;
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * Why, in the charger's words.
   */
  reason?: string | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  status: SessionStatus;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * `charging.updated`.
 */
export interface ChargingUpdated {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * How long it lasted so far.
   */
  durationSeconds: number;
  energyWh: WattHours;
  /**
   * Why it is told.
   */
  reason?: UpdateReason | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  status: SessionStatus;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * `cms.customer.created` and `.updated`.
 */
export interface CustomerNews {
  customer: Customer;
}
/**
 * A driver with an account.
 */
export interface Customer {
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
   * The group whose tariffs it charges under; null: everybody's alone.
   */
  priceGroup?: string | null;
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
 * `cms.station.deleted`, `cms.tariff.deleted`, `cms.customer.deleted`.
 */
export interface Deleted {
  /**
   * Which it was.
   */
  id: string;
}
/**
 * `cms.point.created` and `.updated`.
 */
export interface PointNews {
  chargingPoint: ChargingPoint;
}
/**
 * A charge point.
 */
export interface ChargingPoint {
  /**
   * (O) When it last booted.
   */
  bootedAt?: string | null;
  /**
   * (O) How many seconds its clock is ahead of ours; null until it dated a message. What waited with the charger
   * makes it look slow until something comes straight.
   */
  clockSkewSeconds?: number | null;
  connectivity: Connectivity;
  /**
   * Its plugs.
   */
  connectors: Connector[];
  /**
   * (O) When it was registered.
   */
  createdAt?: string;
  /**
   * (O) The firmware.
   */
  firmwareVersion?: string | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * (O) What it calls itself in its URL.
   */
  identity?: string;
  /**
   * (O) When it was last heard.
   */
  lastSeenAt?: string | null;
  /**
   * Rated power, W.
   */
  maxPowerW: number;
  /**
   * (O) The model.
   */
  model?: string | null;
  /**
   * The name people read.
   */
  name: string;
  /**
   * What a driver pays here; null where nothing is charged.
   */
  price?: Price | null;
  /**
   * (O) The OCPP version it is registered for.
   */
  protocol?: string;
  /**
   * (O) Where its socket comes from.
   */
  remoteAddress?: string | null;
  /**
   * (O) OCPP security profile.
   */
  securityProfile?: number;
  /**
   * (O) The serial number.
   */
  serialNumber?: string | null;
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
   * (O) Its own tariff; null: its station's.
   */
  tariffId?: string | null;
  /**
   * (O) When it last changed.
   */
  updatedAt?: string;
  /**
   * (O) The maker.
   */
  vendor?: string | null;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * A plug.
 */
export interface Connector {
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
   * What a driver pays here, where that is not what the charge point's other plugs cost; null: the same.
   */
  price?: Price | null;
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
 * `cms.point.deleted`.
 */
export interface PointDeleted {
  /**
   * Which it was.
   */
  id: string;
  stationId: StationId;
}
/**
 * `cms.station.created` and `.updated`.
 */
export interface StationNews {
  station: Station;
}
/**
 * A station.
 */
export interface Station {
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
   * (O) When it was made.
   */
  createdAt?: string;
  /**
   * Whom to call.
   */
  helpline?: string | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * Where on the map; null where not known.
   */
  location?: Location | null;
  /**
   * The name drivers read.
   */
  name: string;
  /**
   * (O) Whose it is; null: nobody's in particular.
   */
  organizationId?: string | null;
  /**
   * Charge points whose socket is open.
   */
  pointsOnline: number;
  /**
   * Charge points in all.
   */
  pointsTotal: number;
  /**
   * What a driver pays here; null where nothing is charged.
   */
  price?: Price | null;
  status: StationStatus;
  /**
   * (O) Its tariff.
   */
  tariffId?: string | null;
  /**
   * IANA name, such as `Europe/Berlin`.
   */
  timeZone: string;
  /**
   * (O) When it last changed.
   */
  updatedAt?: string;
  /**
   * Rises with each change.
   */
  version: number;
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
 * `cms.tariff.created` and `.updated`.
 */
export interface TariffNews {
  tariff: Tariff;
}
/**
 * What the operator charges, and where.
 */
export interface Tariff {
  /**
   * The charge points that have it instead of their station's.
   */
  chargePointIds: string[];
  /**
   * The connectors that have it instead of their charge point's.
   */
  connectors: ConnectorPlace[];
  /**
   * ISO 4217.
   */
  currency: string;
  /**
   * The groups of customers it is for alone; empty: for everybody.
   */
  customerGroups: string[];
  /**
   * OCPI 2.2.1 `TariffElement`s: without tax.
   */
  elements: TariffElement[];
  /**
   * Its id.
   */
  id: string;
  /**
   * How long each stretch of not charging costs nothing, minutes.
   */
  idleGraceMinutes: number;
  /**
   * A charge costs no more; null: no highest price.
   */
  maxPrice?: PriceLimit | null;
  /**
   * A charge costs no less; null: no least price.
   */
  minPrice?: PriceLimit | null;
  /**
   * The name operators read.
   */
  name: string;
  price: Price;
  /**
   * The stations it holds at.
   */
  stationIds: string[];
  status: TariffStatus;
  /**
   * In a sentence.
   */
  summary: string;
  /**
   * Whether its prices were given with the tax inside: then it has a price per kWh, per minute, per session and
   * per idle minute at most, those of `price`.
   */
  taxIncluded: boolean;
  /**
   * When it last changed.
   */
  updatedAt: string;
  /**
   * From when it holds; null: from the start.
   */
  validFrom?: string | null;
  /**
   * Until when; null: without end.
   */
  validTo?: string | null;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * A connector of a charge point.
 */
export interface ConnectorPlace {
  /**
   * The charge point.
   */
  chargePointId: string;
  /**
   * Its number there.
   */
  connectorId: number;
}
/**
 * OCPI 2.2.1 `TariffElement`.
 */
export interface TariffElement {
  /**
   * What is charged.
   */
  priceComponents: PriceComponent[];
  /**
   * When; null: always.
   */
  restrictions?: TariffRestrictions | null;
}
/**
 * OCPI 2.2.1 `PriceComponent`. OCPI's prices are without tax.
 */
export interface PriceComponent {
  /**
   * Per kWh, per hour or once, without tax, a decimal string.
   */
  price: string;
  /**
   * What is begun is paid: Wh for energy, seconds for time.
   */
  stepSize: number;
  type: Dimension;
  /**
   * The tax on top, a decimal string; null: none applies.
   */
  vat?: string | null;
}
/**
 * OCPI 2.2.1 `TariffRestrictions`: all that is given must be so, every beginning is inclusive, every end exclusive.
 */
export interface TariffRestrictions {
  /**
   * On these days of the week; empty: on all.
   */
  dayOfWeek: DayOfWeek[];
  /**
   * Before this day.
   */
  endDate?: string | null;
  /**
   * To this time of day; before `startTime`: over midnight.
   */
  endTime?: string | null;
  /**
   * Below this current.
   */
  maxCurrent?: string | null;
  /**
   * While it has not lasted so long, seconds.
   */
  maxDuration?: number | null;
  /**
   * Before this energy.
   */
  maxKwh?: string | null;
  /**
   * Below this power.
   */
  maxPower?: string | null;
  /**
   * From this current over all phases, A.
   */
  minCurrent?: string | null;
  /**
   * Once the charge has lasted so long, seconds.
   */
  minDuration?: number | null;
  /**
   * From this energy of the charge, kWh.
   */
  minKwh?: string | null;
  /**
   * From this power, kW.
   */
  minPower?: string | null;
  /**
   * From this day by the station's calendar, `YYYY-MM-DD`.
   */
  startDate?: string | null;
  /**
   * From this time of day by the station's clock, `HH:MM`.
   */
  startTime?: string | null;
}
/**
 * OCPI 2.2.1 `Price`: a least or a highest price of a charge, each of the two for itself.
 */
export interface PriceLimit {
  /**
   * Without tax; null: no limit.
   */
  exclVat?: Money | null;
  /**
   * With tax; null: no limit.
   */
  inclVat?: Money | null;
}
/**
 * `command.requested`, `.accepted`, `.rejected`, `.failed`, `.timed_out`.
 */
export interface CommandNews {
  command: Command;
}
/**
 * A command to a charger.
 */
export interface Command {
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
  /**
   * Why it failed.
   */
  error?: CommandError | null;
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
  requestedBy: Requester;
  /**
   * What the charger answered.
   */
  response?: {
    [k: string]: unknown | undefined;
  };
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
export interface Requester {
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
 * `connector.status.changed`.
 */
export interface ConnectorStatusChanged {
  chargePointId: ChargePointId;
  /**
   * The plug.
   */
  connectorId: number;
  /**
   * OCPP 1.6 §7.6; null for `NoError`. Null or a word, never left out: its presence is what
   * tells the operator version from the public one.
   */
  errorCode?: string | null;
  /**
   * Its EVSE; in OCPP 1.6 the same number.
   */
  evseId: number;
  /**
   * Free text. Hostile: show it as text only.
   */
  info?: string | null;
  previousStatus: ConnectorStatus;
  /**
   * Since when, by the charger's clock where it said so.
   */
  since: string;
  stationId: StationId;
  status: ConnectorStatus;
  /**
   * The maker's own code.
   */
  vendorErrorCode?: string | null;
  /**
   * The charge point's version.
   */
  version: number;
}
/**
 * `cost.updated`.
 */
export interface CostUpdated {
  /**
   * Up to when.
   */
  asOf: string;
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * What is held for it; null where nothing is.
   */
  held?: Money | null;
  /**
   * Line by line.
   */
  lines: MoneyLine[];
  net: Money;
  /**
   * What of that is left; null where nothing is held.
   */
  remaining?: Money | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  stationId: StationId;
  tax: Money;
  total: Money;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
}
/**
 * `gateway.status.changed`.
 */
export interface GatewayStatusChanged {
  /**
   * `connected`, `down`, `blocked` or `in_process`.
   */
  broker: string;
  /**
   * Chargers connected here.
   */
  chargers: number;
  database: DatabaseHealth;
  /**
   * Which gateway.
   */
  node: string;
  outbox: OutboxHealth;
  /**
   * Live readers.
   */
  readers: number;
  /**
   * The update that waits; null where none does.
   */
  update?: string | null;
}
/**
 * What waits for the broker.
 */
export interface OutboxHealth {
  /**
   * How much room they take.
   */
  bytes: number;
  /**
   * How many events.
   */
  depth: number;
  /**
   * How old the oldest is.
   */
  oldestSeconds: number;
}
/**
 * `meter.values`.
 */
export interface MeterValues {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * Why it was measured. Source: OCPP 1.6 §7.33 `ReadingContext`.
   */
  context: string;
  /**
   * Current per phase, A.
   */
  currentA?: PhaseValues | null;
  /**
   * Whose, when an account's.
   */
  customerId?: CustomerId | null;
  /**
   * The same in kWh.
   */
  energyConsumed: number;
  energyWh: WattHours;
  /**
   * When, by the charger's clock.
   */
  measuredAt: string;
  /**
   * The register itself, Wh.
   */
  meterWh?: WattHours | null;
  /**
   * Power drawn, W.
   */
  powerW?: number | null;
  /**
   * The session; null outside one.
   */
  sessionId?: SessionId | null;
  /**
   * The battery's state of charge.
   */
  socPercent?: number | null;
  stationId: StationId;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * The session's version; outside a session the charge point's.
   */
  version: number;
  /**
   * Voltage per phase, V.
   */
  voltageV?: PhaseValues | null;
}
/**
 * A figure for each phase, in the unit its field names.
 */
export interface PhaseValues {
  /**
   * Phase 1.
   */
  l1?: number | null;
  /**
   * Phase 2.
   */
  l2?: number | null;
  /**
   * Phase 3.
   */
  l3?: number | null;
}
/**
 * `ocpp.message`.
 */
export interface OcppMessage {
  /**
   * The action; of an answer the action it answers. Null where that is not known.
   */
  action?: string | null;
  /**
   * How long the whole frame is.
   */
  bytes: number;
  chargePointId: ChargePointId;
  direction: Direction;
  /**
   * Of a CALLERROR: which.
   */
  error?: FrameError | null;
  /**
   * What it calls itself.
   */
  identity: string;
  kind: FrameKind;
  /**
   * The message's own id; an answer has its CALL's.
   */
  messageId?: string | null;
  /**
   * The payload, keys and passwords as `***`; null where it is too large.
   */
  payload?: {
    [k: string]: unknown | undefined;
  };
  /**
   * When it came or went.
   */
  receivedAt: string;
  stationId: StationId;
  /**
   * Finds it in the gateway's log.
   */
  traceId: string;
  /**
   * Whether the payload was too large to be kept.
   */
  truncated: boolean;
  /**
   * The charge point's version.
   */
  version: number;
}
/**
 * Which CALLERROR.
 */
export interface FrameError {
  /**
   * The error code as it was on the wire.
   */
  code: string;
  /**
   * Its description. From a charger: hostile.
   */
  description: string;
}
/**
 * `revenue.updated`.
 */
export interface RevenueUpdated {
  /**
   * The day, in the station's time zone; all together in that of most stations: `2026-11-22`.
   */
  date: string;
  energyWh: WattHours;
  revenue: Money;
  /**
   * How many charges ended.
   */
  sessions: number;
  /**
   * The station; null: all together.
   */
  stationId?: StationId | null;
}
/**
 * `station.price.changed`, `tariff.period.changed`.
 */
export interface PriceChanged {
  /**
   * The charge point, where it has a price of its own; null: the whole station.
   */
  chargePointId?: ChargePointId | null;
  /**
   * When it changes next; null where that is not known.
   */
  nextChangeAt?: string | null;
  /**
   * What a driver pays from now on; null: nothing.
   */
  price?: Price | null;
  stationId: StationId;
}
/**
 * `station.status.changed`.
 */
export interface StationStatusChanged {
  /**
   * Free plugs.
   */
  connectorsAvailable: number;
  /**
   * Plugs in all.
   */
  connectorsTotal: number;
  /**
   * Charge points whose socket is open.
   */
  pointsOnline: number;
  /**
   * Charge points in all.
   */
  pointsTotal: number;
  stationId: StationId;
  status: StationStatus;
  /**
   * Its version.
   */
  version: number;
}
/**
 * `wallet.balance.changed`.
 */
export interface WalletBalanceChanged {
  available: Money;
  balance: Money;
  /**
   * ISO 4217.
   */
  currency: string;
  /**
   * Whose.
   */
  customerId: string;
  held: Money;
  owed: Money;
  reason: BalanceReason;
  /**
   * When it last changed; null: never.
   */
  updatedAt?: string | null;
  /**
   * Rises with each change; 0: nothing has moved yet.
   */
  version: number;
}
/**
 * `wallet.transaction.created`.
 */
export interface WalletTransactionCreated {
  /**
   * Whose wallet.
   */
  customerId: string;
  transaction: WalletTransaction;
}
/**
 * Money that came into a wallet or went out of it.
 */
export interface WalletTransaction {
  amount: Money;
  balanceAfter: Money;
  /**
   * When.
   */
  createdAt: string;
  /**
   * Whose wallet.
   */
  customerId: string;
  /**
   * Its id.
   */
  id: string;
  kind: WalletTransactionKind;
  /**
   * Why, for people.
   */
  reason?: string | null;
  /**
   * The charge it paid; null where none.
   */
  sessionId?: string | null;
  status: WalletTransactionStatus;
  /**
   * The top-up it came from; null where none.
   */
  topupId?: string | null;
}
/**
 * What every event travels in.
 */
export interface Envelope {
  /**
   * By type.
   */
  data: {};
  /**
   * The event's own id, UUID v7.
   */
  id: string;
  /**
   * Rises by one per event of the stream. Absent on the broker.
   */
  seq?: number;
  /**
   * Which live log `seq` counts in. Absent on the broker.
   */
  stream?: string;
  /**
   * When it happened, UTC.
   */
  timestamp: string;
  /**
   * The event's type; on the broker also the routing key.
   */
  type: string;
}

/** One event as a page receives it: the envelope with the data that belongs to its type. */
export type LiveEvent = {
  [Type in keyof EventData]: Omit<Envelope, 'type' | 'data'> & { type: Type; data: EventData[Type] };
}[keyof EventData];
