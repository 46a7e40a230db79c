//! What users of the CMS changed, in words of closed lists. Not for what they looked at.

use crate::words::words;

words! {
    /// What somebody did.
    AuditVerb {
        /// Made it.
        Created = "created",
        /// Changed it.
        Changed = "changed",
        /// Removed it.
        Removed = "removed",
        /// Said yes to what another asked for.
        Approved = "approved",
        /// Said no to it.
        Rejected = "rejected",
        /// Gave money back.
        Refunded = "refunded",
        /// Took it out of use.
        Voided = "voided",
        /// Closed it.
        Closed = "closed",
        /// Took it on.
        Acknowledged = "acknowledged",
        /// Let it in.
        Accepted = "accepted",
        /// Gave it a new key.
        Rekeyed = "rekeyed",
        /// Told it to do something.
        Commanded = "commanded",
        /// Signed in.
        SignedIn = "signed_in",
        /// Was not let in: the password was wrong.
        Denied = "denied",
    }
}

words! {
    /// What it was done to.
    AuditKind {
        /// A station.
        Station = "station",
        /// A charge point.
        ChargingPoint = "charging_point",
        /// A tariff.
        Tariff = "tariff",
        /// A driver with an account. What is known of one is not kept here.
        Customer = "customer",
        /// An id token.
        IdToken = "id_token",
        /// Money given or taken by hand.
        Adjustment = "adjustment",
        /// Money paid in.
        Topup = "topup",
        /// Prepaid codes made together.
        PrepaidCodes = "prepaid_codes",
        /// A charge.
        Session = "session",
        /// A closed day.
        Shift = "shift",
        /// An alert.
        Alert = "alert",
        /// An organisation.
        Organization = "organization",
        /// A user of the CMS.
        User = "user",
        /// The own password.
        Password = "password",
        /// Settings.
        Settings = "settings",
        /// A gateway's own machine: its update.
        Gateway = "gateway",
    }
}
