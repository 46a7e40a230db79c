//! Whether somebody may leave a kiosk's lock: the PIN that the site's admin set. How often it may be tried is the window's
//! business: nobody asks this over the network.

use subtle::ConstantTimeEq as _;

use crate::core::Core;

/// Whether it is the PIN; `None` where the site has none.
pub async fn staff_pin(core: &Core, said: String) -> Option<bool> {
    let pin = core.rules().settings().kiosk.pin.clone();
    if pin.is_empty() {
        return None;
    }
    // The gateway's file names it as digits; what is stored is a hash.
    if pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(said.as_bytes().ct_eq(pin.as_bytes()).into());
    }
    Some(core.passwords.verify(said, Some(pin)).await)
}
