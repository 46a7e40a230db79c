// Generated from openapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

/**
 * A charge point as operators see it.
 */
export type OperatorChargingPoint = ChargingPoint & ChargingPointDetail;

/**
 * Every object of the REST API by its name.
 */
export interface ApiObjects {
  ChargingPoint: ChargingPoint;
  ChargingPointDetail: ChargingPointDetail;
  Connector: Connector;
  Credentials: Credentials;
  Events: Events;
  FieldError: FieldError;
  Health: Health;
  Listed_ChargingPoint: Listed_ChargingPoint;
  Listed_OperatorChargingPoint: Listed_OperatorChargingPoint;
  Listed_Session: Listed_Session;
  Listed_Station: Listed_Station;
  Login: Login;
  Me: Me;
  OperatorChargingPoint: OperatorChargingPoint;
  Problem: Problem;
  Session: Session;
  Station: Station;
  User: User;
}
/**
 * A charge point.
 */
export interface ChargingPoint {
  /**
   * Whether its socket is open.
   */
  connectivity: string;
  /**
   * Its plugs.
   */
  connectors: Connector[];
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
  /**
   * Since when `status` holds.
   */
  since: string;
  /**
   * Where it stands.
   */
  stationId: string;
  /**
   * Its state at a glance.
   */
  status: string;
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
   * (O) The charger's error word.
   */
  errorCode?: string | null;
  /**
   * Its EVSE; in OCPP 1.6 the same number.
   */
  evseId: number;
  /**
   * Whose cable it is: `socket` or `cable`.
   */
  format: string;
  /**
   * Rated power, W.
   */
  maxPowerW: number;
  /**
   * Since when.
   */
  since: string;
  /**
   * Its state.
   */
  status: string;
  /**
   * What fits into it. Source: OCPI 2.2.1 `ConnectorType`.
   */
  type: string;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * (O) What only operators see of a charge point.
 */
export interface ChargingPointDetail {
  /**
   * When it last booted.
   */
  bootedAt?: string | null;
  /**
   * When it was registered.
   */
  createdAt: string;
  /**
   * The firmware.
   */
  firmwareVersion?: string | null;
  /**
   * What it calls itself in its URL.
   */
  identity: string;
  /**
   * When it was last heard.
   */
  lastSeenAt?: string | null;
  /**
   * The model.
   */
  model?: string | null;
  /**
   * Where its socket comes from.
   */
  remoteAddress?: string | null;
  /**
   * OCPP security profile.
   */
  securityProfile: number;
  /**
   * The serial number.
   */
  serialNumber?: string | null;
  /**
   * When it last changed.
   */
  updatedAt: string;
  /**
   * The maker.
   */
  vendor?: string | null;
}
/**
 * An e-mail address and a password.
 */
export interface Credentials {
  email: string;
  password: string;
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
 * Whether the gateway can do its work.
 */
export interface Health {
  /**
   * `connected`, `blocked`, `down` or `in_process`. A broker that is away is no reason to stop.
   */
  broker: string;
  /**
   * `ok` or `down`.
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
export interface Listed_ChargingPoint {
  /**
   * The objects.
   *
   * Items: A charge point.
   */
  items: {
    /**
     * Whether its socket is open.
     */
    connectivity: string;
    /**
     * Its plugs.
     */
    connectors: Connector[];
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
    /**
     * Since when `status` holds.
     */
    since: string;
    /**
     * Where it stands.
     */
    stationId: string;
    /**
     * Its state at a glance.
     */
    status: string;
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
export interface Listed_OperatorChargingPoint {
  /**
   * The objects.
   *
   * Items: A charge point as operators see it.
   */
  items: (ChargingPoint & ChargingPointDetail)[];
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
   * Items: A session.
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
    /**
     * Its id.
     */
    id: string;
    /**
     * The token, all but its last four characters hidden.
     */
    idToken?: string | null;
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
     * The battery's state of charge.
     */
    socPercent?: number | null;
    /**
     * When it began.
     */
    startedAt?: string | null;
    /**
     * Who began it.
     */
    startedBy: string;
    /**
     * Where.
     */
    stationId: string;
    /**
     * Where it stands.
     */
    status: string;
    /**
     * Why it ended.
     */
    stopReason?: string | null;
    /**
     * When it ended.
     */
    stoppedAt?: string | null;
    /**
     * The charger's number for it.
     */
    transactionId?: number | null;
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
export interface Listed_Station {
  /**
   * The objects.
   *
   * Items: A station.
   */
  items: {
    /**
     * Free plugs.
     */
    connectorsAvailable: number;
    /**
     * Plugs in all.
     */
    connectorsTotal: number;
    /**
     * Its id.
     */
    id: string;
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
    /**
     * `online`, `partly_online` or `offline`.
     */
    status: string;
    /**
     * Rises with each change of the station itself.
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
   * The name on screen.
   */
  name: string;
  /**
   * What it may do: `viewer`, `operator`, `admin`.
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
 * A session.
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
  /**
   * Its id.
   */
  id: string;
  /**
   * The token, all but its last four characters hidden.
   */
  idToken?: string | null;
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
   * The battery's state of charge.
   */
  socPercent?: number | null;
  /**
   * When it began.
   */
  startedAt?: string | null;
  /**
   * Who began it.
   */
  startedBy: string;
  /**
   * Where.
   */
  stationId: string;
  /**
   * Where it stands.
   */
  status: string;
  /**
   * Why it ended.
   */
  stopReason?: string | null;
  /**
   * When it ended.
   */
  stoppedAt?: string | null;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
  /**
   * Rises with each change.
   */
  version: number;
}
/**
 * A station.
 */
export interface Station {
  /**
   * Free plugs.
   */
  connectorsAvailable: number;
  /**
   * Plugs in all.
   */
  connectorsTotal: number;
  /**
   * Its id.
   */
  id: string;
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
  /**
   * `online`, `partly_online` or `offline`.
   */
  status: string;
  /**
   * Rises with each change of the station itself.
   */
  version: number;
}
