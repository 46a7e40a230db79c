// Generated from asyncapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

export type ChargePointStatus = "available" | "occupied" | "unavailable" | "faulted" | "offline";
export type Connectivity = "online" | "offline";
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
export interface ChargerBooted {
  stationId: string;
  chargePointId: string;
  version: number;
  vendor: string | null;
  model: string | null;
  firmwareVersion: string | null;
  serialNumber: string | null;
  registration: string;
}
export interface ChargerConnected {
  stationId: string;
  chargePointId: string;
  version: number;
  /**
   * x
   */
  status: ChargePointStatus;
  connectivity: Connectivity;
  since: string;
}
export interface ChargerDisconnected {
  stationId: string;
  chargePointId: string;
  version: number;
  /**
   * x
   */
  status: ChargePointStatus;
  connectivity: Connectivity;
  since: string;
  reason: string | null;
}
export interface ChargerStatusChanged {
  stationId: string;
  chargePointId: string;
  version: number;
  /**
   * x
   */
  status: ChargePointStatus;
  connectivity: Connectivity;
  since: string;
  previousStatus: ChargePointStatus;
}
export interface ChargingStarted {
  sessionId: string | null;
  stationId: string;
  chargePointId: string;
  connectorId: number;
  transactionId: number | null;
  customerId: string | null;
  version: number;
  status: string;
  startedBy: string;
  startedAt: string;
  meterStartWh: number;
  price: null;
}
export interface ChargingStopped {
  sessionId: string | null;
  stationId: string;
  chargePointId: string;
  connectorId: number;
  transactionId: number | null;
  customerId: string | null;
  version: number;
  status: string;
  stoppedAt: string;
  energyWh: number;
}
export interface ConnectorStatusChanged {
  stationId: string;
  chargePointId: string;
  version: number;
  connectorId: number;
  evseId: number;
  status: ConnectorStatus;
  previousStatus: ConnectorStatus;
  since: string;
}
export interface MeterValues {
  sessionId: string | null;
  stationId: string;
  chargePointId: string;
  connectorId: number;
  transactionId: number | null;
  customerId: string | null;
  version: number;
  measuredAt: string;
  energyWh: number;
  energyConsumed: number;
  meterWh: number | null;
  powerW: number | null;
  voltageV: PhaseValues | null;
}
export interface PhaseValues {
  l1: number;
  l2: number;
  l3: number;
}
export interface Envelope {
  id: string;
  stream?: string | null;
  seq?: number | null;
  type: string;
  data: unknown;
  timestamp: string;
}

/** One event as a page receives it: the envelope with the data that belongs to its type. */
export type LiveEvent = {
  [Type in keyof EventData]: Omit<Envelope, 'type' | 'data'> & { type: Type; data: EventData[Type] };
}[keyof EventData];
