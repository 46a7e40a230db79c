// Generated from asyncapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

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
 * Watt-hours.
 */
export type WattHours = number;
/**
 * A charge as the driver sees and pays it.
 */
export type SessionId = string;
/**
 * Who began it.
 */
export type StartedBy = "rfid";
/**
 * Where a session stands.
 */
export type SessionStatus = "charging" | "stopped";
/**
 * Why it ended. Source: OCPP 1.6 §7.34, in the words of 2-contract.
 */
export type StopReason =
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
  | "other";
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
 * Every event type with its data.
 */
export interface EventData {
  "charger.booted": ChargerBooted;
  "charger.connected": ChargerConnected;
  "charger.disconnected": ChargerDisconnected;
  "charger.status.changed": ChargerStatusChanged;
  "charging.started": ChargingStarted;
  "charging.stopped": ChargingStopped;
  "connector.status.changed": ConnectorStatusChanged;
  "meter.values": MeterValues;
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
   * The price shown to the driver; null where none applies.
   */
  price: null;
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
 * `charging.stopped`.
 */
export interface ChargingStopped {
  chargePointId: ChargePointId;
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * The bill; null where no price applies.
   */
  cost: null;
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
