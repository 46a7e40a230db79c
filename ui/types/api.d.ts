// Generated from openapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

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
 * Every object of the REST API by its name.
 */
export interface ApiObjects {
  ChargePointStatus: ChargePointStatus;
  ChargingPoint: ChargingPoint;
  Connectivity: Connectivity;
  Connector: Connector;
  ConnectorStatus: ConnectorStatus;
  Login: Login;
  Problem: Problem;
  Session: Session;
  Station: Station;
  User: User;
}
export interface ChargingPoint {
  id: string;
  name: string;
  stationId: string;
  status: ChargePointStatus;
  connectivity: Connectivity;
  since: string;
  maxPowerW: number;
  connectors: Connector[];
  version: number;
  identity?: string;
  vendor?: string | null;
  model?: string | null;
}
export interface Connector {
  connectorId: number;
  evseId: number;
  type: string;
  format: string;
  maxPowerW: number;
  status: ConnectorStatus;
  errorCode: string | null;
  since: string;
  version: number;
}
export interface Login {
  token: string;
  tokenType: string;
  expiresAt: string;
  user: User;
}
export interface User {
  id: string;
  email: string;
  name: string;
  role: string;
}
export interface Problem {
  code: string;
}
export interface Session {
  id: string;
  status: string;
  version: number;
  stationId: string;
  chargePointId: string;
  connectorId: number;
  durationSeconds: number;
  energyWh: number;
  energyConsumed: number;
  powerW: number | null;
}
export interface Station {
  id: string;
  name: string;
  version: number;
}
