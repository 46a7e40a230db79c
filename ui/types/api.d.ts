// Generated from openapi.json by ui/scripts/types.mjs (cargo xtask contract). Not to be edited.

/**
 * A user of the CMS.
 */
export type Account = User & {
  /**
   * When it was added.
   */
  createdAt: string;
};
/**
 * What a line of a bill is for.
 */
export type MoneyLineKind = "energy" | "time" | "flat" | "idle" | "min_price" | "max_price";
/**
 * Who began it.
 */
export type StartedBy = "account" | "rfid" | "code" | "checkout" | "operator";
/**
 * Where a session stands.
 */
export type SessionStatus = "requested" | "accepted" | "charging" | "suspended" | "stopping" | "stopped" | "failed";
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
 * How it is paid.
 */
export type Method = "cash" | "credit";
/**
 * Where it stands.
 */
export type AdjustmentStatus = "pending" | "completed" | "rejected";
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
 * What a CMS user may do.
 */
export type Role = "viewer" | "operator" | "admin";
/**
 * What it was done to.
 */
export type AuditKind =
  | "station"
  | "charging_point"
  | "tariff"
  | "customer"
  | "id_token"
  | "adjustment"
  | "topup"
  | "prepaid_codes"
  | "session"
  | "shift"
  | "alert"
  | "organization"
  | "user"
  | "password"
  | "settings"
  | "gateway";
/**
 * What somebody did.
 */
export type AuditVerb =
  | "created"
  | "changed"
  | "removed"
  | "approved"
  | "rejected"
  | "refunded"
  | "voided"
  | "closed"
  | "acknowledged"
  | "accepted"
  | "rekeyed"
  | "commanded"
  | "signed_in"
  | "denied";
/**
 * A charge point's state at a glance.
 */
export type ChargePointStatus = "available" | "occupied" | "unavailable" | "faulted" | "offline";
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
export type Connectivity = "online" | "offline";
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
 * Who asked for a command.
 */
export type RequesterKind = "operator" | "customer" | "system";
/**
 * Where a command stands.
 */
export type CommandStatus = "requested" | "accepted" | "rejected" | "failed" | "timed_out";
/**
 * Source: OCPI 2.2.1 `DayOfWeek`.
 */
export type DayOfWeek = "MONDAY" | "TUESDAY" | "WEDNESDAY" | "THURSDAY" | "FRIDAY" | "SATURDAY" | "SUNDAY";
/**
 * What a price component charges. Source: OCPI 2.2.1 `TariffDimensionType`.
 */
export type Dimension = "ENERGY" | "TIME" | "PARKING_TIME" | "FLAT";
/**
 * Why money came in or went out, as the customer reads it.
 */
export type WalletTransactionKind = "topup" | "charge" | "refund" | "adjustment";
/**
 * Where a movement of money stands.
 */
export type WalletTransactionStatus = "pending" | "completed" | "failed";
/**
 * Where a guest's order stands.
 */
export type GuestOrderStatus = "waiting" | "charging" | "ended";
/**
 * Who takes the money in.
 */
export type Provider = "stripe" | "razorpay";
/**
 * Where a top-up stands.
 */
export type TopupStatus = "pending" | "completed" | "failed" | "abandoned";
/**
 * What the operator says of a token.
 */
export type IdTokenStatus = "accepted" | "blocked" | "expired";
/**
 * Whether a station's charge points are connected.
 */
export type StationStatus = "online" | "partly_online" | "offline";
/**
 * Where a tariff stands between its dates.
 */
export type TariffStatus = "active" | "scheduled" | "expired";
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
 * What a receipt is.
 */
export type ReceiptKind = "invoice" | "reversal";
/**
 * Where a refund stands.
 */
export type RefundStatus = "pending" | "completed" | "failed";
/**
 * A charge point that was just registered, and what to type into it.
 */
export type RegisteredPoint = ChargingPointObject & {
  /**
   * Its password, the only time it is seen; null under security profile 0.
   */
  password?: string | null;
  /**
   * Where it connects.
   */
  url: string;
};
/**
 * A charge as the driver sees and pays it.
 */
export type SessionId = string;
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
 * What an admin wants.
 */
export type UpdateAct = "check" | "install";

/**
 * Every object of the REST API by its name.
 */
export interface ApiObjects {
  AcceptBody: AcceptBody;
  Account: Account;
  Active: Active;
  Address: Address;
  AddressBody: AddressBody;
  Adjustment: Adjustment;
  AdjustmentBody: AdjustmentBody;
  AdjustmentStatus: AdjustmentStatus;
  AlertKind: AlertKind;
  AlertObject: AlertObject;
  AnyCommand: AnyCommand;
  AuditBy: AuditBy;
  AuditEntry: AuditEntry;
  AuditKind: AuditKind;
  AuditVerb: AuditVerb;
  Card: Card;
  ChangePassword: ChangePassword;
  ChangeProfile: ChangeProfile;
  ChargePointStatus: ChargePointStatus;
  ChargingPointDetail: ChargingPointDetail;
  ChargingPointObject: ChargingPointObject;
  Choice: Choice;
  Choices: Choices;
  CloseBody: CloseBody;
  CodesBody: CodesBody;
  CommandErrorObject: CommandErrorObject;
  CommandObject: CommandObject;
  CommandStatus: CommandStatus;
  CommandTaken: CommandTaken;
  Connectivity: Connectivity;
  ConnectorCount: ConnectorCount;
  ConnectorFormat: ConnectorFormat;
  ConnectorObject: ConnectorObject;
  ConnectorPlace: ConnectorPlace;
  ConnectorStatus: ConnectorStatus;
  ConnectorType: ConnectorType;
  CostObject: CostObject;
  Credentials: Credentials;
  CustomerBody: CustomerBody;
  CustomerObject: CustomerObject;
  Dashboard: Dashboard;
  DayFigures: DayFigures;
  DayOfWeek: DayOfWeek;
  Decision: Decision;
  Dimension: Dimension;
  Events: Events;
  Export: Export;
  Failure: Failure;
  FieldError: FieldError;
  Forgotten: Forgotten;
  GatewaySettings: GatewaySettings;
  GuestFailure: GuestFailure;
  GuestLink: GuestLink;
  GuestOrder: GuestOrder;
  GuestOrderStatus: GuestOrderStatus;
  GuestSession: GuestSession;
  GuestStart: GuestStart;
  Health: Health;
  IdTokenBody: IdTokenBody;
  IdTokenObject: IdTokenObject;
  IdTokenStatus: IdTokenStatus;
  ImaginedBody: ImaginedBody;
  KioskBody: KioskBody;
  KioskRules: KioskRules;
  Knocked: Knocked;
  LimitBody: LimitBody;
  LimitObject: LimitObject;
  Listed_Account: Listed_Account;
  Listed_Adjustment: Listed_Adjustment;
  Listed_AlertObject: Listed_AlertObject;
  Listed_AuditEntry: Listed_AuditEntry;
  Listed_ChargingPointObject: Listed_ChargingPointObject;
  Listed_CustomerObject: Listed_CustomerObject;
  Listed_IdTokenObject: Listed_IdTokenObject;
  Listed_Knocked: Listed_Knocked;
  Listed_Message: Listed_Message;
  Listed_Organization: Listed_Organization;
  Listed_PrepaidBatch: Listed_PrepaidBatch;
  Listed_Session: Listed_Session;
  Listed_Shift: Listed_Shift;
  Listed_StationObject: Listed_StationObject;
  Listed_TariffObject: Listed_TariffObject;
  Listed_Topup: Listed_Topup;
  Listed_Transaction: Listed_Transaction;
  Listed_WalletTransactionObject: Listed_WalletTransactionObject;
  Location: Location;
  Login: Login;
  Me: Me;
  Message: Message;
  MessageError: MessageError;
  Method: Method;
  Money: Money;
  MoneyLine: MoneyLine;
  MoneyLineKind: MoneyLineKind;
  Named: Named;
  NewKey: NewKey;
  NewPointBody: NewPointBody;
  NextPrice: NextPrice;
  Organization: Organization;
  OrganizationBody: OrganizationBody;
  PasswordBody: PasswordBody;
  PaymentRules: PaymentRules;
  PaymentsBody: PaymentsBody;
  PointBody: PointBody;
  PointCount: PointCount;
  PrepaidBatch: PrepaidBatch;
  Preview: Preview;
  PreviewBody: PreviewBody;
  Price: Price;
  PriceComponent: PriceComponent;
  PriceLimit: PriceLimit;
  PrintedCode: PrintedCode;
  Problem: Problem;
  Provider: Provider;
  Receipt: Receipt;
  ReceiptKind: ReceiptKind;
  RedeemBody: RedeemBody;
  RefundBody: RefundBody;
  RefundStatus: RefundStatus;
  Register: Register;
  RegisteredPoint: RegisteredPoint;
  RemoteStart: RemoteStart;
  RemoteStop: RemoteStop;
  RequesterKind: RequesterKind;
  RequesterObject: RequesterObject;
  Role: Role;
  Seller: Seller;
  SellerBody: SellerBody;
  SellerObject: SellerObject;
  Session: Session;
  SessionCount: SessionCount;
  SessionId: SessionId;
  SessionStatus: SessionStatus;
  SessionTaken: SessionTaken;
  SettingsBody: SettingsBody;
  SettingsObject: SettingsObject;
  SetupBody: SetupBody;
  SetupOperator: SetupOperator;
  SetupSite: SetupSite;
  SetupState: SetupState;
  Severity: Severity;
  Shift: Shift;
  ShiftCash: ShiftCash;
  ShiftNumbers: ShiftNumbers;
  ShiftPrepaid: ShiftPrepaid;
  ShiftSales: ShiftSales;
  ShiftTax: ShiftTax;
  ShiftTopups: ShiftTopups;
  SignedMeterData: SignedMeterData;
  Site: Site;
  SiteBody: SiteBody;
  Start: Start;
  StartedBy: StartedBy;
  Statement: Statement;
  StatementReceipt: StatementReceipt;
  StationBody: StationBody;
  StationCount: StationCount;
  StationDetail: StationDetail;
  StationObject: StationObject;
  StationStatus: StationStatus;
  Stop: Stop;
  StopReason: StopReason;
  TariffBody: TariffBody;
  TariffElement: TariffElement;
  TariffObject: TariffObject;
  TariffRestrictions: TariffRestrictions;
  TariffStatus: TariffStatus;
  Tax: Tax;
  Topup: Topup;
  TopupBody: TopupBody;
  TopupOptions: TopupOptions;
  TopupRefund: TopupRefund;
  TopupRefundBody: TopupRefundBody;
  TopupStatus: TopupStatus;
  TopupTaken: TopupTaken;
  Transaction: Transaction;
  Update: Update;
  UpdateAct: UpdateAct;
  UpdateOrder: UpdateOrder;
  User: User;
  UserBody: UserBody;
  VehicleBody: VehicleBody;
  VehicleObject: VehicleObject;
  Vehicles: Vehicles;
  WalletBody: WalletBody;
  WalletObject: WalletObject;
  WalletRules: WalletRules;
  WalletTransactionKind: WalletTransactionKind;
  WalletTransactionObject: WalletTransactionObject;
  WalletTransactionStatus: WalletTransactionStatus;
  WhatIf: WhatIf;
  WhatIfBody: WhatIfBody;
}
/**
 * What a charge point is to be whose identity is known.
 */
export interface AcceptBody {
  /**
   * How many plugs it has, 1 to 32; 1 unless given.
   */
  connectors?: number | null;
  /**
   * Rated power, W; 22000 unless given.
   */
  maxPowerW?: number | null;
  /**
   * The name people read, 1 to 100 characters; "Bay" and a number unless given.
   */
  name?: string | null;
  /**
   * Its password, 8 to 40 characters; one is made unless given.
   */
  password?: string | null;
  /**
   * OCPP security profile: 0 without credentials, 1 Basic auth; 1 unless given.
   */
  securityProfile?: number | null;
  /**
   * Its station's id.
   */
  stationId: string;
  /**
   * What it charges instead of its station's tariff.
   */
  tariffId?: string | null;
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
  cost?: CostObject | null;
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
  limit?: LimitObject | null;
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
 * Where a charge is to end: at the first of these.
 */
export interface LimitObject {
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
 * Where to drive; what is left out stays.
 */
export interface AddressBody {
  /**
   * City, 100 characters at most.
   */
  city?: string | null;
  /**
   * ISO 3166-1 alpha-2, or empty.
   */
  country?: string | null;
  /**
   * Street and number, 200 characters at most.
   */
  line1?: string | null;
  /**
   * Postal code, 20 characters at most.
   */
  postalCode?: string | null;
}
/**
 * What an operator gave or took by hand, or wants to.
 */
export interface Adjustment {
  amount: Money;
  /**
   * To whom, or from whom.
   */
  customerId: string;
  /**
   * When.
   */
  decidedAt?: string | null;
  /**
   * The operator who decided; null while it is pending.
   */
  decidedBy?: string | null;
  /**
   * Its id.
   */
  id: string;
  method: Method;
  /**
   * Whether another operator than whoever asked must say yes or no.
   */
  needsSecond: boolean;
  /**
   * Why.
   */
  reason: string;
  /**
   * When.
   */
  requestedAt: string;
  /**
   * The operator who asked.
   */
  requestedBy: string;
  status: AdjustmentStatus;
}
/**
 * What is given or taken by hand.
 */
export interface AdjustmentBody {
  amount: Money;
  method?: Method | null;
  /**
   * Why: 3 to 500 characters.
   */
  reason: string;
}
/**
 * (O) What an operator should look at.
 */
export interface AlertObject {
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
 * Who changed something, as it was then.
 */
export interface AuditBy {
  /**
   * The address it signed in with.
   */
  email: string;
  /**
   * Its id.
   */
  id: string;
  role: Role;
}
/**
 * One change.
 */
export interface AuditEntry {
  /**
   * When.
   */
  at: string;
  by: AuditBy;
  /**
   * By field: `from`, what it was, where that is known, and `to`, what it became. `***` stands for what is not kept.
   */
  changes: {};
  /**
   * Its id.
   */
  id: string;
  kind: AuditKind;
  /**
   * To which.
   */
  objectId?: string | null;
  /**
   * What that was called then. Of drivers nothing is kept.
   */
  objectName?: string | null;
  /**
   * Finds the request in the log.
   */
  traceId?: string | null;
  verb: AuditVerb;
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
   * (O) How many seconds its clock is ahead of ours; null until it dated a message. What waited with the charger
   * makes it look slow until something comes straight.
   */
  clockSkewSeconds?: number | null;
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
 * An object by its name, to choose from.
 */
export interface Choice {
  /**
   * Its id.
   */
  id: string;
  /**
   * The name to show.
   */
  name: string;
}
/**
 * What there is to choose from: the first thousand by name.
 */
export interface Choices {
  /**
   * By name.
   */
  items: Choice[];
}
/**
 * What the operator says at the end of the day.
 */
export interface CloseBody {
  countedCash?: Money | null;
  /**
   * What there is to say: 500 characters at most.
   */
  note?: string | null;
}
/**
 * Codes to be sold.
 */
export interface CodesBody {
  amount: Money;
  /**
   * How many: 1 to 1000.
   */
  count: number;
  /**
   * From when on none is taken any more; left out: never.
   */
  expiresAt?: string | null;
  /**
   * What the batch is called, 1 to 100 characters.
   */
  name: string;
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
 * Plugs by their state.
 */
export interface ConnectorCount {
  /**
   * Free, and their charge point connected.
   */
  available: number;
  /**
   * Charging.
   */
  charging: number;
  /**
   * In all.
   */
  total: number;
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
 * An e-mail address and a password.
 */
export interface Credentials {
  email: string;
  password: string;
}
/**
 * A customer to be. With PUT every field may be left out: it stays.
 */
export interface CustomerBody {
  /**
   * The address it signs in with; no other customer has it.
   */
  email: string | null;
  /**
   * The language of pages and receipts: a BCP 47 tag.
   */
  language?: string | null;
  /**
   * The name on screen, 100 characters at most.
   */
  name?: string | null;
  /**
   * 8 to 256 characters. A new one ends every sign-in.
   */
  password: string | null;
  /**
   * For the help desk: 3 to 32 digits and signs.
   */
  phone?: string | null;
  /**
   * The group whose tariffs it charges under, 1 to 40 characters; null: everybody's alone.
   */
  priceGroup?: string | null;
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
 * The desk's figures at a glance.
 */
export interface Dashboard {
  /**
   * Alerts that stand.
   */
  alertsOpen: number;
  /**
   * When this was so.
   */
  asOf: string;
  chargingPoints: PointCount;
  connectors: ConnectorCount;
  /**
   * Power of all running sessions together, W.
   */
  powerW: number;
  /**
   * The newest sessions.
   */
  recentSessions: Session[];
  sameDayLastWeek: DayFigures;
  sessions: SessionCount;
  stations: StationCount;
  today: DayFigures;
}
/**
 * Charge points by their state.
 */
export interface PointCount {
  /**
   * Free.
   */
  available: number;
  /**
   * Out of order.
   */
  faulted: number;
  /**
   * In use.
   */
  occupied: number;
  /**
   * Not connected.
   */
  offline: number;
  /**
   * In all.
   */
  total: number;
  /**
   * Switched off.
   */
  unavailable: number;
}
/**
 * What a day brought: of the charges that ended in it.
 */
export interface DayFigures {
  /**
   * What was charged, Wh.
   */
  energyWh: number;
  revenue: Money;
  /**
   * How many charges ended.
   */
  sessions: number;
}
/**
 * Sessions.
 */
export interface SessionCount {
  /**
   * That run now.
   */
  active: number;
  /**
   * That began in the site's day.
   */
  today: number;
}
/**
 * Stations by their state.
 */
export interface StationCount {
  /**
   * With none.
   */
  offline: number;
  /**
   * With a charge point that is connected.
   */
  online: number;
  /**
   * In all.
   */
  total: number;
}
/**
 * Nothing beside the path.
 */
export interface Decision {}
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
  /**
   * The vehicles.
   */
  vehicles: VehicleObject[];
  /**
   * Everything that came into the wallet and went out of it, newest first.
   */
  walletTransactions: WalletTransactionObject[];
}
/**
 * A vehicle.
 */
export interface VehicleObject {
  /**
   * What its battery holds, Wh.
   */
  batteryWh?: number | null;
  /**
   * When it was added.
   */
  createdAt: string;
  /**
   * Its id.
   */
  id: string;
  /**
   * What its driver calls it.
   */
  name: string;
  /**
   * Its number plate.
   */
  plate?: string | null;
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
 * Money that came into a wallet or went out of it.
 */
export interface WalletTransactionObject {
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
 * What is changed in the gateway's file alone.
 */
export interface GatewaySettings {
  /**
   * Whether events go to a broker.
   */
  broker: boolean;
  /**
   * `sqlite` or `postgres`.
   */
  database: string;
  /**
   * Whether this was started as a demo.
   */
  demo: boolean;
  /**
   * Where pages are served; null: that door is shut.
   */
  listen?: string | null;
  /**
   * Its name among several.
   */
  node: string;
  /**
   * Where chargers connect.
   */
  ocppListen: string;
  /**
   * Where browsers find the pages from outside.
   */
  publicUrl?: string | null;
}
/**
 * Why a charge that was paid for never began.
 */
export interface GuestFailure {
  /**
   * From the closed list of codes.
   */
  code: string;
  /**
   * One sentence for people.
   */
  detail: string;
}
/**
 * The way back that the payer's phone has.
 */
export interface GuestLink {
  /**
   * What stands behind `#/guest/` in the page's address.
   */
  link: string;
}
/**
 * A charge that is paid for before it begins.
 */
export interface GuestOrder {
  /**
   * The charge point.
   */
  chargePointId: string;
  /**
   * The plug.
   */
  connectorId: number;
  failure?: GuestFailure | null;
  session?: Session | null;
  status: GuestOrderStatus;
  topup?: Topup | null;
}
/**
 * Money that a driver pays in through a provider.
 */
export interface Topup {
  amount: Money;
  /**
   * The page to pay on; null once it can no longer be paid.
   */
  checkoutUrl?: string | null;
  /**
   * When it was asked for.
   */
  createdAt: string;
  /**
   * Whose.
   */
  customerId: string;
  /**
   * When the page ends.
   */
  expiresAt: string;
  /**
   * Its id.
   */
  id: string;
  provider: Provider;
  refunded: Money;
  status: TopupStatus;
}
/**
 * A guest's session or payment on its way, and how the guest looks at it.
 */
export interface GuestSession {
  session?: Session | null;
  /**
   * The guest's sign-in: `Authorization: Bearer …`.
   */
  token: string;
  topup?: Topup | null;
}
/**
 * What pays, and where to charge: a code, or an amount and a provider.
 */
export interface GuestStart {
  amount?: Money | null;
  /**
   * The charge point's id.
   */
  chargePointId: string;
  /**
   * The prepaid code. One that was entered before opens the same wallet again.
   */
  code?: string | null;
  /**
   * The plug.
   */
  connectorId: number;
  /**
   * The language of the receipt: a BCP 47 tag; left out: the site's.
   */
  language?: string | null;
  limit?: LimitBody | null;
  /**
   * `stripe` or `razorpay`, where it is offered: the charge begins once the page there is paid.
   */
  provider?: string | null;
  /**
   * `price.tariffVersion` as it was shown: another one now is refused.
   */
  tariffVersion?: number | null;
}
/**
 * Where a charge is to end: at the first of these. At least one is set.
 */
export interface LimitBody {
  amount?: Money | null;
  /**
   * When it has taken so much energy, Wh: 100 to 1,000,000.
   */
  energyWh?: number | null;
  /**
   * After so many minutes: 1 to 10,080.
   */
  minutes?: number | null;
  /**
   * When the battery is so full, percent: 1 to 100.
   */
  socPercent?: number | null;
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
 * A token to be. With PUT every field may be left out: it stays.
 */
export interface IdTokenBody {
  /**
   * Whose it is.
   */
  customerId?: string | null;
  /**
   * When it ends by itself.
   */
  expiresAt?: string | null;
  /**
   * The group it belongs to: tokens of one may stop each other's charges.
   */
  parentToken?: string | null;
  status: IdTokenStatus | null;
  /**
   * What stands on the card, 1 to 20 characters; upper and lower case are the same.
   */
  token: string | null;
}
/**
 * A card, or what else starts a charge.
 */
export interface IdTokenObject {
  /**
   * When it was added.
   */
  createdAt: string;
  /**
   * Whose it is; null: nobody's account.
   */
  customerId?: string | null;
  /**
   * When it ends by itself; null: never.
   */
  expiresAt?: string | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * The group it belongs to.
   */
  parentToken?: string | null;
  status: IdTokenStatus;
  /**
   * What stands on the card, in upper case.
   */
  token: string;
}
/**
 * A charge that somebody thinks of.
 */
export interface ImaginedBody {
  /**
   * What the car takes, Wh.
   */
  energyWh: number | null;
  /**
   * How long it stands there afterwards; left out: not at all.
   */
  idleMinutes?: number | null;
  /**
   * How long it charges.
   */
  minutes: number | null;
  /**
   * At what power, W; left out: at what the energy takes in the time.
   */
  powerW?: number | null;
  /**
   * When it begins; left out: now.
   */
  startsAt?: string | null;
  /**
   * By which clock, an IANA name; left out: that of most stations.
   */
  timeZone?: string | null;
}
/**
 * The kiosks of the site.
 */
export interface KioskBody {
  /**
   * What staff leaves their lock with: 6 to 12 digits. It is stored as a hash and told to nobody; null: nobody leaves.
   */
  pin?: string | null;
}
/**
 * Who may leave a kiosk's lock. The PIN itself is never told.
 */
export interface KioskRules {
  /**
   * Whether there is a PIN for staff.
   */
  pinSet: boolean;
}
/**
 * A charger that was not let in.
 */
export interface Knocked {
  /**
   * Where it comes from.
   */
  address: string;
  /**
   * How often it knocked.
   */
  attempts: number;
  /**
   * Whether it sent credentials, right or wrong.
   */
  credentialsSent: boolean;
  /**
   * When it first knocked.
   */
  firstSeenAt: string;
  /**
   * Names it while it is remembered.
   */
  id: string;
  /**
   * What it calls itself.
   */
  identity: string;
  /**
   * When it last knocked.
   */
  lastSeenAt: string;
  /**
   * How its newest handshake ended: `unknown_identity`, `invalid_identity`, `no_credentials`, `wrong_password`,
   * `wrong_subprotocol`, `rate_limited`, `public_listener` or `no_websocket`.
   */
  result: string;
  /**
   * The subprotocols it offered.
   */
  subprotocols: string[];
  /**
   * What it calls its software.
   */
  userAgent?: string | null;
}
/**
 * A page of a list.
 */
export interface Listed_Account {
  /**
   * The objects.
   *
   * Items: A user of the CMS.
   */
  items: (User & {
    /**
     * When it was added.
     */
    createdAt: string;
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
export interface Listed_Adjustment {
  /**
   * The objects.
   *
   * Items: What an operator gave or took by hand, or wants to.
   */
  items: {
    amount: Money;
    /**
     * To whom, or from whom.
     */
    customerId: string;
    /**
     * When.
     */
    decidedAt?: string | null;
    /**
     * The operator who decided; null while it is pending.
     */
    decidedBy?: string | null;
    /**
     * Its id.
     */
    id: string;
    method: Method;
    /**
     * Whether another operator than whoever asked must say yes or no.
     */
    needsSecond: boolean;
    /**
     * Why.
     */
    reason: string;
    /**
     * When.
     */
    requestedAt: string;
    /**
     * The operator who asked.
     */
    requestedBy: string;
    status: AdjustmentStatus;
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
export interface Listed_AlertObject {
  /**
   * The objects.
   *
   * Items: (O) What an operator should look at.
   */
  items: {
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
export interface Listed_AuditEntry {
  /**
   * The objects.
   *
   * Items: One change.
   */
  items: {
    /**
     * When.
     */
    at: string;
    by: AuditBy;
    /**
     * By field: `from`, what it was, where that is known, and `to`, what it became. `***` stands for what is not kept.
     */
    changes: {};
    /**
     * Its id.
     */
    id: string;
    kind: AuditKind;
    /**
     * To which.
     */
    objectId?: string | null;
    /**
     * What that was called then. Of drivers nothing is kept.
     */
    objectName?: string | null;
    /**
     * Finds the request in the log.
     */
    traceId?: string | null;
    verb: AuditVerb;
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
export interface Listed_CustomerObject {
  /**
   * The objects.
   *
   * Items: A driver with an account.
   */
  items: {
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
export interface Listed_IdTokenObject {
  /**
   * The objects.
   *
   * Items: A card, or what else starts a charge.
   */
  items: {
    /**
     * When it was added.
     */
    createdAt: string;
    /**
     * Whose it is; null: nobody's account.
     */
    customerId?: string | null;
    /**
     * When it ends by itself; null: never.
     */
    expiresAt?: string | null;
    /**
     * Its id.
     */
    id: string;
    /**
     * The group it belongs to.
     */
    parentToken?: string | null;
    status: IdTokenStatus;
    /**
     * What stands on the card, in upper case.
     */
    token: string;
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
export interface Listed_Knocked {
  /**
   * The objects.
   *
   * Items: A charger that was not let in.
   */
  items: {
    /**
     * Where it comes from.
     */
    address: string;
    /**
     * How often it knocked.
     */
    attempts: number;
    /**
     * Whether it sent credentials, right or wrong.
     */
    credentialsSent: boolean;
    /**
     * When it first knocked.
     */
    firstSeenAt: string;
    /**
     * Names it while it is remembered.
     */
    id: string;
    /**
     * What it calls itself.
     */
    identity: string;
    /**
     * When it last knocked.
     */
    lastSeenAt: string;
    /**
     * How its newest handshake ended: `unknown_identity`, `invalid_identity`, `no_credentials`, `wrong_password`,
     * `wrong_subprotocol`, `rate_limited`, `public_listener` or `no_websocket`.
     */
    result: string;
    /**
     * The subprotocols it offered.
     */
    subprotocols: string[];
    /**
     * What it calls its software.
     */
    userAgent?: string | null;
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
export interface Listed_Message {
  /**
   * The objects.
   *
   * Items: A frame as it was kept: keys and passwords as `***`.
   */
  items: {
    /**
     * The action, of an answer the one it answers; null where that is not known.
     */
    action?: string | null;
    /**
     * How long the whole frame was.
     */
    bytes: number;
    /**
     * Whose socket it was on.
     */
    chargePointId: string;
    /**
     * `in`: from the charger; `out`: to it.
     */
    direction: string;
    error?: MessageError | null;
    /**
     * Its id.
     */
    id: string;
    /**
     * `call`, `result` or `error`.
     */
    kind: string;
    /**
     * The message's own id.
     */
    messageId?: string | null;
    /**
     * Its payload; null where it was too large, or is no JSON. From a charger: show it as text only.
     */
    payload?: {} | null;
    /**
     * When it came or went.
     */
    receivedAt: string;
    /**
     * Finds it in the log.
     */
    traceId: string;
    /**
     * Whether the payload was too large to be kept.
     */
    truncated: boolean;
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
 * Which CALLERROR.
 */
export interface MessageError {
  /**
   * Its code.
   */
  code: string;
  /**
   * Its description. From a charger: show it as text only.
   */
  description: string;
}
/**
 * A page of a list.
 */
export interface Listed_Organization {
  /**
   * The objects.
   *
   * Items: One of those whose stations are on this system.
   */
  items: {
    /**
     * When it was made.
     */
    createdAt: string;
    /**
     * Where to write to it.
     */
    email?: string | null;
    /**
     * Its id.
     */
    id: string;
    /**
     * What it is called.
     */
    name: string;
    /**
     * Where to call it.
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
export interface Listed_PrepaidBatch {
  /**
   * The objects.
   *
   * Items: Prepaid codes that were made together.
   */
  items: {
    amount: Money;
    /**
     * How many there are.
     */
    count: number;
    /**
     * When.
     */
    createdAt: string;
    /**
     * The operator who made them.
     */
    createdBy: string;
    /**
     * From when on none is taken any more; null: never.
     */
    expiresAt?: string | null;
    /**
     * Its id.
     */
    id: string;
    /**
     * What it is called.
     */
    name: string;
    /**
     * How many of them were redeemed.
     */
    redeemed: number;
    /**
     * When what was left of them was taken back; null: it was not.
     */
    voidedAt?: string | null;
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
    cost?: CostObject | null;
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
    limit?: LimitObject | null;
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
export interface Listed_Shift {
  /**
   * The objects.
   *
   * Items: A day: closed, or the one that goes on.
   */
  items: {
    cash: ShiftCash;
    /**
     * When it was closed; null: it goes on.
     */
    closedAt?: string | null;
    /**
     * The operator who closed it; null: it goes on.
     */
    closedBy?: string | null;
    given: Money;
    /**
     * Its id; null for the one that goes on.
     */
    id?: string | null;
    /**
     * What that operator wrote.
     */
    note?: string | null;
    /**
     * 1, 2, 3, … without a hole; null for the one that goes on.
     */
    number?: number | null;
    /**
     * When the one before was closed; null: there was none.
     */
    openedAt?: string | null;
    owed: Money;
    prepaid: ShiftPrepaid;
    refunds: Money;
    sales: ShiftSales;
    taken: Money;
    topupRefunds: Money;
    /**
     * Paid in, by provider.
     */
    topups: ShiftTopups[];
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
 * The till: what should lie in it is what lay there, and what came, less what went.
 */
export interface ShiftCash {
  before: Money;
  came: Money;
  counted?: Money | null;
  difference?: Money | null;
  expected: Money;
  went: Money;
}
/**
 * Prepaid codes that were redeemed.
 */
export interface ShiftPrepaid {
  amount: Money;
  /**
   * How many.
   */
  count: number;
}
/**
 * What was sold: invoices less reversals.
 */
export interface ShiftSales {
  /**
   * The energy, Wh.
   */
  energyWh: number;
  /**
   * How many invoices.
   */
  invoices: number;
  net: Money;
  /**
   * The first and the last number of each series.
   */
  numbers: ShiftNumbers[];
  /**
   * How many reversals.
   */
  reversals: number;
  tax: Money;
  /**
   * The tax of each rate, the highest first.
   */
  taxes: ShiftTax[];
  total: Money;
}
/**
 * The receipts of one series.
 */
export interface ShiftNumbers {
  /**
   * The first number.
   */
  first: string;
  /**
   * The last one.
   */
  last: string;
}
/**
 * The tax of one rate.
 */
export interface ShiftTax {
  net: Money;
  /**
   * The rate, a decimal string.
   */
  percent: string;
  tax: Money;
}
/**
 * Paid in through one provider.
 */
export interface ShiftTopups {
  amount: Money;
  /**
   * How often.
   */
  count: number;
  provider: Provider;
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
 * A page of a list.
 */
export interface Listed_TariffObject {
  /**
   * The objects.
   *
   * Items: What the operator charges, and where.
   */
  items: {
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
    maxPrice?: PriceLimit | null;
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
 * OCPI 2.2.1 `TariffElement`.
 */
export interface TariffElement {
  /**
   * What is charged.
   */
  priceComponents: PriceComponent[];
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
  exclVat?: Money | null;
  inclVat?: Money | null;
}
/**
 * A page of a list.
 */
export interface Listed_Topup {
  /**
   * The objects.
   *
   * Items: Money that a driver pays in through a provider.
   */
  items: {
    amount: Money;
    /**
     * The page to pay on; null once it can no longer be paid.
     */
    checkoutUrl?: string | null;
    /**
     * When it was asked for.
     */
    createdAt: string;
    /**
     * Whose.
     */
    customerId: string;
    /**
     * When the page ends.
     */
    expiresAt: string;
    /**
     * Its id.
     */
    id: string;
    provider: Provider;
    refunded: Money;
    status: TopupStatus;
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
export interface Listed_Transaction {
  /**
   * The objects.
   *
   * Items: A transaction as its charger knows it.
   */
  items: {
    /**
     * At which plug.
     */
    connectorId: number;
    /**
     * The token it began under.
     */
    idTag: string;
    /**
     * The register at the start, Wh.
     */
    meterStartWh: number;
    /**
     * The register at the stop, Wh.
     */
    meterStopWh?: number | null;
    /**
     * When it began.
     */
    startedAt?: string | null;
    stopReason?: StopReason | null;
    /**
     * When it ended; null while it runs.
     */
    stoppedAt?: string | null;
    /**
     * The charger's number for it.
     */
    transactionId?: number | null;
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
export interface Listed_WalletTransactionObject {
  /**
   * The objects.
   *
   * Items: Money that came into a wallet or went out of it.
   */
  items: {
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
 * Who is signed in, wrapped.
 */
export interface Me {
  user: User;
}
/**
 * A frame as it was kept: keys and passwords as `***`.
 */
export interface Message {
  /**
   * The action, of an answer the one it answers; null where that is not known.
   */
  action?: string | null;
  /**
   * How long the whole frame was.
   */
  bytes: number;
  /**
   * Whose socket it was on.
   */
  chargePointId: string;
  /**
   * `in`: from the charger; `out`: to it.
   */
  direction: string;
  error?: MessageError | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * `call`, `result` or `error`.
   */
  kind: string;
  /**
   * The message's own id.
   */
  messageId?: string | null;
  /**
   * Its payload; null where it was too large, or is no JSON. From a charger: show it as text only.
   */
  payload?: {} | null;
  /**
   * When it came or went.
   */
  receivedAt: string;
  /**
   * Finds it in the log.
   */
  traceId: string;
  /**
   * Whether the payload was too large to be kept.
   */
  truncated: boolean;
}
/**
 * A new key, and what to type where.
 */
export interface NewKey {
  /**
   * Who has it: `stored`, the charger; `after_reboot`, the charger, which uses it after its next start; `unanswered`,
   * nobody knows; `manual`, nobody until it is typed in. But for `stored` the old one is taken, too, until the
   * charger comes with the new one.
   */
  applied: string;
  /**
   * What the charge point calls itself: its user name.
   */
  identity: string;
  /**
   * Its password, the only time it is seen.
   */
  password: string;
  /**
   * Where it connects.
   */
  url: string;
}
/**
 * A charge point to be.
 */
export interface NewPointBody {
  /**
   * How many plugs it has, 1 to 32; 1 unless given.
   */
  connectors?: number | null;
  /**
   * What it calls itself in its URL: 1 to 48 of `A-Z a-z 0-9 * - _ = : + | @ .`, and no UUID.
   */
  identity: string;
  /**
   * Rated power, W; 22000 unless given.
   */
  maxPowerW?: number | null;
  /**
   * The name people read, 1 to 100 characters; "Bay" and a number unless given.
   */
  name?: string | null;
  /**
   * Its password, 8 to 40 characters; one is made unless given.
   */
  password?: string | null;
  /**
   * OCPP security profile: 0 without credentials, 1 Basic auth; 1 unless given.
   */
  securityProfile?: number | null;
  /**
   * Its station's id.
   */
  stationId: string;
  /**
   * What it charges instead of its station's tariff.
   */
  tariffId?: string | null;
}
/**
 * One of those whose stations are on this system.
 */
export interface Organization {
  /**
   * When it was made.
   */
  createdAt: string;
  /**
   * Where to write to it.
   */
  email?: string | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * Where to call it.
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
 * An organisation to be. With PUT every field may be left out: it stays.
 */
export interface OrganizationBody {
  /**
   * Where to write to it; null: nowhere.
   */
  email?: string | null;
  /**
   * What it is called, 1 to 100 characters; no other one has it.
   */
  name: string | null;
  /**
   * Where to call it, 32 characters at most; null: nowhere.
   */
  phone?: string | null;
}
/**
 * The old password and the new one.
 */
export interface PasswordBody {
  /**
   * The one that holds until now.
   */
  currentPassword: string;
  /**
   * 8 to 256 characters; 15 or more are advised.
   */
  newPassword: string;
}
/**
 * Between which bounds drivers pay in, and through whom.
 */
export interface PaymentRules {
  largest: Money;
  /**
   * The payment providers that are set. Their keys are in the gateway's file.
   */
  providers: string[];
  smallest: Money;
}
/**
 * Paying in, in the site's currency.
 */
export interface PaymentsBody {
  largest?: Money | null;
  smallest?: Money | null;
}
/**
 * What is to become of a charge point; what is left out stays. Its identity is its own for ever.
 */
export interface PointBody {
  /**
   * Rated power, W.
   */
  maxPowerW?: number | null;
  /**
   * The name people read, 1 to 100 characters.
   */
  name?: string | null;
  /**
   * Its station's id. It can move while nobody charges there.
   */
  stationId?: string | null;
  /**
   * What it charges instead of its station's tariff; null: what its station charges.
   */
  tariffId?: string | null;
}
/**
 * Prepaid codes that were made together.
 */
export interface PrepaidBatch {
  amount: Money;
  /**
   * How many there are.
   */
  count: number;
  /**
   * When.
   */
  createdAt: string;
  /**
   * The operator who made them.
   */
  createdBy: string;
  /**
   * From when on none is taken any more; null: never.
   */
  expiresAt?: string | null;
  /**
   * Its id.
   */
  id: string;
  /**
   * What it is called.
   */
  name: string;
  /**
   * How many of them were redeemed.
   */
  redeemed: number;
  /**
   * When what was left of them was taken back; null: it was not.
   */
  voidedAt?: string | null;
}
/**
 * What a charge would cost.
 */
export interface Preview {
  cost: CostObject;
  /**
   * The tariff in a sentence.
   */
  summary: string;
}
/**
 * Prices as a tariff has them, or a tariff that is there with what is to become of it; and a charge.
 */
export interface PreviewBody {
  charge: ImaginedBody | null;
  /**
   * ISO 4217.
   */
  currency?: string | null;
  /**
   * OCPI 2.2.1 `TariffElement`s instead, without tax.
   */
  elements?: TariffElement[] | null;
  /**
   * How long each stretch of not charging costs nothing, minutes.
   */
  idleGraceMinutes?: number | null;
  idlePerMinute?: Money | null;
  maxPrice?: PriceLimit | null;
  minPrice?: PriceLimit | null;
  perKwh?: Money | null;
  perMinute?: Money | null;
  sessionFee?: Money | null;
  /**
   * A tariff that is there; what is left out below is its.
   */
  tariffId?: string | null;
  /**
   * Short form: the tax inside.
   */
  taxPercent?: string | null;
}
/**
 * A prepaid code, to be printed.
 */
export interface PrintedCode {
  /**
   * What the driver types.
   */
  code: string;
  /**
   * When somebody redeemed it; null: nobody did.
   */
  redeemedAt?: string | null;
  /**
   * Which customer.
   */
  redeemedBy?: string | null;
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
  missing?: Money | null;
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
 * A receipt: what was paid for a charge, or what takes that back.
 */
export interface Receipt {
  /**
   * When.
   */
  issuedAt: string;
  kind: ReceiptKind;
  /**
   * The language it is written in.
   */
  language: string;
  /**
   * Line by line, tax included; below zero on a reversal.
   */
  lines: MoneyLine[];
  /**
   * The register at the start, Wh.
   */
  meterStartWh?: number | null;
  /**
   * The register at the end, Wh.
   */
  meterStopWh?: number | null;
  net: Money;
  /**
   * Of its series, without holes.
   */
  number: string;
  /**
   * The number of what it takes back; null for an invoice.
   */
  reverses?: string | null;
  seller: Seller;
  session: Session;
  /**
   * What the charger signed, byte for byte.
   */
  signedMeterData: SignedMeterData[];
  tax: Money;
  /**
   * One per rate.
   */
  taxes: Tax[];
  total: Money;
  /**
   * Its own page, for whoever has this address; with `.pdf` behind it the file. Null once that has ended.
   */
  url?: string | null;
}
/**
 * Who sold.
 */
export interface Seller {
  /**
   * Line by line.
   */
  address: string;
  /**
   * The company's name.
   */
  name: string;
  /**
   * VAT number, GSTIN, …; may be empty.
   */
  taxId: string;
}
/**
 * What a charger signed.
 */
export interface SignedMeterData {
  /**
   * As it came.
   */
  data: string;
  /**
   * `OCMF`, …
   */
  format: string;
  /**
   * As it came; may be empty.
   */
  publicKey: string;
}
/**
 * The tax of one rate.
 */
export interface Tax {
  net: Money;
  /**
   * The rate, a decimal string.
   */
  percent: string;
  tax: Money;
}
/**
 * A prepaid code.
 */
export interface RedeemBody {
  /**
   * As it is printed; spaces, hyphens and case do not matter.
   */
  code: string;
}
/**
 * What is paid back of a charge.
 */
export interface RefundBody {
  amount?: Money | null;
  /**
   * Why: 3 to 500 characters.
   */
  reason: string;
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
   * A BCP 47 tag; left out: the site's.
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
  limit?: LimitBody | null;
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
 * Who sells. Receipts that are out stay as they are.
 */
export interface SellerBody {
  /**
   * Six lines at most, 120 characters each.
   */
  address?: string | null;
  /**
   * The company's name, 120 characters at most.
   */
  name?: string | null;
  /**
   * 120 characters at most.
   */
  taxId?: string | null;
}
/**
 * Who sells. Empty: each station sells under its own name.
 */
export interface SellerObject {
  /**
   * Its address, line by line.
   */
  address?: string | null;
  /**
   * The company's name.
   */
  name?: string | null;
  /**
   * What receipts' numbers begin with. It is changed in the gateway's file.
   */
  numberPrefix?: string | null;
  /**
   * Its VAT number, GSTIN, …
   */
  taxId?: string | null;
}
/**
 * A session on its way; what becomes of it comes as events.
 */
export interface SessionTaken {
  session: Session;
}
/**
 * Settings to be. Every field may be left out: it stays; null: the default.
 */
export interface SettingsBody {
  kiosk?: KioskBody | null;
  payments?: PaymentsBody | null;
  seller?: SellerBody | null;
  site?: SiteBody | null;
  wallet?: WalletBody | null;
}
/**
 * What is true of the whole site.
 */
export interface SiteBody {
  /**
   * ISO 4217. It stays once money has moved.
   */
  currency?: string | null;
  /**
   * Whom to call, 100 characters at most.
   */
  helpline?: string | null;
  /**
   * en, de, fr, es, hi or ar.
   */
  language?: string | null;
  /**
   * What its pages are headed with, 60 characters at most.
   */
  name?: string | null;
  /**
   * A decimal string.
   */
  taxPercent?: string | null;
  /**
   * An IANA name, for new stations.
   */
  timeZone?: string | null;
}
/**
 * Customers' money, in the site's currency.
 */
export interface WalletBody {
  approvalAbove?: Money | null;
  hold?: Money | null;
  minimum?: Money | null;
}
/**
 * The settings.
 */
export interface SettingsObject {
  /**
   * Which of these the gateway's file or environment names: they are changed there, such as `site.currency`.
   */
  fixed: string[];
  gateway: GatewaySettings;
  kiosk: KioskRules;
  /**
   * What is stored and cannot hold at this gateway: what its file says holds instead, or the default.
   */
  misfits: string[];
  /**
   * Whether money has moved, or is about to: then the currency stays.
   */
  moneyMoved: boolean;
  payments: PaymentRules;
  seller: SellerObject;
  site: Site;
  wallet: WalletRules;
}
/**
 * What is true of the whole site.
 */
export interface Site {
  /**
   * What prices are in where nothing else is said.
   */
  currency: string;
  /**
   * Whom to call where the station names nobody.
   */
  helpline?: string | null;
  /**
   * The language of screens and receipts where nobody chose one.
   */
  language: string;
  /**
   * What its pages are headed with; null: it has no name of its own.
   */
  name?: string | null;
  /**
   * The tax inside prices where nothing else is said.
   */
  taxPercent: string;
  /**
   * The clock of a new station: an IANA name.
   */
  timeZone: string;
  /**
   * Another one for another site. `live.tick` says the same as `site`: where it differs, this is asked for again.
   */
  version: string;
}
/**
 * What the site decides about customers' money.
 */
export interface WalletRules {
  approvalAbove: Money;
  hold: Money;
  minimum: Money;
}
/**
 * The first set-up.
 */
export interface SetupBody {
  /**
   * The one-time code that the gateway showed when it started, in any case, with or without its hyphens.
   */
  code: string;
  operator: SetupOperator;
  site: SetupSite;
}
/**
 * The first admin.
 */
export interface SetupOperator {
  /**
   * The address it signs in with.
   */
  email: string;
  /**
   * 8 to 256 characters, and none of the first that others would try.
   */
  password: string;
}
/**
 * What is true of the site.
 */
export interface SetupSite {
  /**
   * What prices and wallets are in: ISO 4217. It stays once money has moved.
   */
  currency: string;
  /**
   * What its pages are headed with, 1 to 60 characters.
   */
  name: string;
  /**
   * The tax inside prices where nothing else is said, a decimal string.
   */
  taxPercent: string;
  /**
   * The clock of a new station: an IANA name, such as `Europe/Berlin`.
   */
  timeZone: string;
}
/**
 * Whether there is anything to set up.
 */
export interface SetupState {
  /**
   * What the gateway's file or environment names: it is changed there alone, such as `site.currency`.
   */
  fixed: string[];
  /**
   * There never was an operator.
   */
  needed: boolean;
  site: Site;
}
/**
 * A day: closed, or the one that goes on.
 */
export interface Shift {
  cash: ShiftCash;
  /**
   * When it was closed; null: it goes on.
   */
  closedAt?: string | null;
  /**
   * The operator who closed it; null: it goes on.
   */
  closedBy?: string | null;
  given: Money;
  /**
   * Its id; null for the one that goes on.
   */
  id?: string | null;
  /**
   * What that operator wrote.
   */
  note?: string | null;
  /**
   * 1, 2, 3, … without a hole; null for the one that goes on.
   */
  number?: number | null;
  /**
   * When the one before was closed; null: there was none.
   */
  openedAt?: string | null;
  owed: Money;
  prepaid: ShiftPrepaid;
  refunds: Money;
  sales: ShiftSales;
  taken: Money;
  topupRefunds: Money;
  /**
   * Paid in, by provider.
   */
  topups: ShiftTopups[];
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
  limit?: LimitBody | null;
  /**
   * `price.tariffVersion` as it was shown: another one now is refused.
   */
  tariffVersion?: number | null;
  /**
   * Which of the driver's vehicles it is for.
   */
  vehicleId?: string | null;
}
/**
 * The receipts of a time, summed up. No invoice of its own: each of the receipts is one.
 */
export interface Statement {
  /**
   * Whose.
   */
  customerId: string;
  /**
   * What was delivered in all, Wh.
   */
  energyWh: number;
  /**
   * The first day.
   */
  from: string;
  net: Money;
  /**
   * Oldest first. Amounts and energy of a reversal are below zero.
   */
  receipts: StatementReceipt[];
  seller: Seller;
  tax: Money;
  /**
   * One per rate.
   */
  taxes: Tax[];
  /**
   * The last day.
   */
  to: string;
  total: Money;
}
/**
 * A receipt of a statement.
 */
export interface StatementReceipt {
  /**
   * What was delivered, Wh.
   */
  energyWh: number;
  /**
   * When.
   */
  issuedAt: string;
  kind: ReceiptKind;
  net: Money;
  /**
   * Of its series.
   */
  number: string;
  /**
   * The number of what it takes back; null for an invoice.
   */
  reverses?: string | null;
  sessionId: SessionId;
  /**
   * Where.
   */
  stationName: string;
  tax: Money;
  total: Money;
  /**
   * Its own page; null once its link has ended.
   */
  url?: string | null;
}
/**
 * A station to be. With PUT every field may be left out: it stays.
 */
export interface StationBody {
  address?: AddressBody | null;
  /**
   * Whom to call.
   */
  helpline?: string | null;
  location?: Location | null;
  /**
   * The name drivers read, 1 to 100 characters; no other station has it.
   */
  name: string | null;
  /**
   * Whose it is; null: nobody's in particular. Only users of the whole site say it.
   */
  organizationId?: string | null;
  /**
   * What it charges; null: nothing.
   */
  tariffId?: string | null;
  /**
   * IANA name, such as `Europe/Berlin`; the site's unless given.
   */
  timeZone?: string | null;
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
/**
 * A tariff to be: its prices in the short form, tax included, or OCPI 2.2.1's elements, tax on top. With PUT every field
 * may be left out: it stays.
 */
export interface TariffBody {
  /**
   * The charge points that have it instead of their station's: these and no others.
   */
  chargePointIds?: string[] | null;
  /**
   * The connectors that have it instead of their charge point's: these and no others.
   */
  connectors?: ConnectorPlace[] | null;
  /**
   * ISO 4217.
   */
  currency: string | null;
  /**
   * The groups of customers it is for alone, 40 characters each: these and no others; empty: for everybody.
   */
  customerGroups?: string[] | null;
  /**
   * OCPI 2.2.1 `TariffElement`s instead, without tax, 1 to 40.
   */
  elements?: TariffElement[] | null;
  /**
   * How long each stretch of not charging costs nothing, minutes.
   */
  idleGraceMinutes?: number | null;
  idlePerMinute?: Money | null;
  maxPrice?: PriceLimit | null;
  minPrice?: PriceLimit | null;
  /**
   * The name operators read, 1 to 100 characters; no other tariff has it.
   */
  name: string | null;
  perKwh?: Money | null;
  perMinute?: Money | null;
  sessionFee?: Money | null;
  /**
   * The stations it holds at: these and no others.
   */
  stationIds?: string[] | null;
  /**
   * Short form: the tax inside, a decimal text from 0 to 100.
   */
  taxPercent?: string | null;
  /**
   * From when it is valid; null: always was.
   */
  validFrom?: string | null;
  /**
   * Before when; null: without end.
   */
  validTo?: string | null;
}
/**
 * What the operator charges, and where.
 */
export interface TariffObject {
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
  maxPrice?: PriceLimit | null;
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
 * What is to be paid in.
 */
export interface TopupBody {
  amount: Money;
  /**
   * `stripe` or `razorpay`, where it is offered.
   */
  provider: string;
}
/**
 * How money can be paid in.
 */
export interface TopupOptions {
  largest: Money;
  /**
   * Through whom; empty: only with codes and at the desk.
   */
  providers: Provider[];
  smallest: Money;
}
/**
 * Money that goes back the way it came.
 */
export interface TopupRefund {
  amount: Money;
  /**
   * When.
   */
  createdAt: string;
  /**
   * Its id.
   */
  id: string;
  /**
   * Why.
   */
  reason: string;
  /**
   * The operator who asked; null: it was made at the provider.
   */
  requestedBy?: string | null;
  /**
   * When the provider had answered; null: not yet.
   */
  resolvedAt?: string | null;
  status: RefundStatus;
  /**
   * Of which top-up.
   */
  topupId: string;
}
/**
 * What is to go back of a top-up.
 */
export interface TopupRefundBody {
  amount?: Money | null;
  /**
   * Why: 3 to 500 characters.
   */
  reason: string;
}
/**
 * A top-up on its way.
 */
export interface TopupTaken {
  topup: Topup;
}
/**
 * A transaction as its charger knows it.
 */
export interface Transaction {
  /**
   * At which plug.
   */
  connectorId: number;
  /**
   * The token it began under.
   */
  idTag: string;
  /**
   * The register at the start, Wh.
   */
  meterStartWh: number;
  /**
   * The register at the stop, Wh.
   */
  meterStopWh?: number | null;
  /**
   * When it began.
   */
  startedAt?: string | null;
  stopReason?: StopReason | null;
  /**
   * When it ended; null while it runs.
   */
  stoppedAt?: string | null;
  /**
   * The charger's number for it.
   */
  transactionId?: number | null;
}
/**
 * How this machine's update does.
 */
export interface Update {
  /**
   * Whether it waited a week: somebody should decide.
   */
  asks: boolean;
  /**
   * When the feed last answered; null: not since the start.
   */
  checkedAt?: string | null;
  /**
   * How much of it is here, in percent; null: none is to come.
   */
  percent?: number | null;
  /**
   * The hours in which it may be installed by itself, in the site's time, such as `02:00-05:00`.
   */
  quietHours: string;
  /**
   * Since when it lies ready.
   */
  readySince?: string | null;
  /**
   * Why the last one was not taken; null: it was, or there was none.
   */
  refusal?: string | null;
  /**
   * The version that runs.
   */
  running: string;
  /**
   * `off`: nothing renews it by itself; `current`, `fetching`, `ready`, `installing`, or `refused`.
   */
  state: string;
  /**
   * The version that is to come; null: none.
   */
  version?: string | null;
  /**
   * What it waits for: `turn`, `session` or `hour`; null: nothing that is known.
   */
  waitsFor?: string | null;
}
/**
 * What an admin wants.
 */
export interface UpdateOrder {
  act: UpdateAct;
}
/**
 * A user to be. With PUT every field may be left out: it stays.
 */
export interface UserBody {
  /**
   * The address it signs in with; no other user has it.
   */
  email: string | null;
  /**
   * The name on screen, 1 to 100 characters; the address unless given.
   */
  name?: string | null;
  /**
   * Whose stations it sees; null: the whole site. Another one ends every sign-in.
   */
  organizationId?: string | null;
  /**
   * 8 to 256 characters. A new one ends every sign-in.
   */
  password: string | null;
  role: Role | null;
}
/**
 * A vehicle to be. With PUT every field may be left out: it stays.
 */
export interface VehicleBody {
  /**
   * What its battery holds, Wh.
   */
  batteryWh?: number | null;
  /**
   * What its driver calls it, 1 to 60 characters.
   */
  name: string | null;
  /**
   * Its number plate, 20 characters at most.
   */
  plate?: string | null;
}
/**
 * All that somebody drives.
 */
export interface Vehicles {
  /**
   * By name.
   */
  items: VehicleObject[];
}
/**
 * A customer's money: balance = available + held.
 */
export interface WalletObject {
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
 * What last month's charges would have cost.
 */
export interface WhatIf {
  /**
   * How many would have been cheaper.
   */
  cheaper: number;
  /**
   * Whether these are all; false: there were too many.
   */
  complete: boolean;
  /**
   * How many would have been dearer.
   */
  dearer: number;
  /**
   * The month's first moment.
   */
  from: string;
  now: Money;
  /**
   * How many charges ended in it, in this currency.
   */
  sessions: number;
  then: Money;
  /**
   * The next month's.
   */
  to: string;
}
/**
 * Prices as a tariff has them, or a tariff that is there with what is to become of it; and whose charges.
 */
export interface WhatIfBody {
  /**
   * ISO 4217.
   */
  currency?: string | null;
  /**
   * OCPI 2.2.1 `TariffElement`s instead, without tax.
   */
  elements?: TariffElement[] | null;
  /**
   * How long each stretch of not charging costs nothing, minutes.
   */
  idleGraceMinutes?: number | null;
  idlePerMinute?: Money | null;
  maxPrice?: PriceLimit | null;
  minPrice?: PriceLimit | null;
  perKwh?: Money | null;
  perMinute?: Money | null;
  sessionFee?: Money | null;
  /**
   * Whose charges; left out: all.
   */
  stationIds?: string[] | null;
  /**
   * A tariff that is there; what is left out below is its.
   */
  tariffId?: string | null;
  /**
   * Short form: the tax inside.
   */
  taxPercent?: string | null;
}
