//! Rates as text: what a column of JSON keeps of them. Not the form they are sent in: that is `domain::object`'s.

use domain::Currency;
use domain::money::{Percent, UnitPrice};
use domain::pricing::{Component, Dimension, Element, Limit, Rates, Restrictions, TaxBasis};
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::repo::corrupt;

#[derive(Serialize, Deserialize)]
struct Kept {
    currency: String,
    basis: TaxBasis,
    elements: Vec<KeptElement>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<KeptLimit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<KeptLimit>,
    #[serde(default, skip_serializing_if = "is_zero")]
    grace_s: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptElement {
    components: Vec<KeptComponent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    when: Option<Box<KeptRestrictions>>,
}

#[derive(Serialize, Deserialize)]
struct KeptComponent {
    of: Dimension,
    micro: i64,
    tax: Option<i64>,
    step: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptLimit {
    net: Option<i64>,
    total: Option<i64>,
}

/// Makes a form of OCPI's restrictions with a column for each; those that are absent are left out.
macro_rules! kept_restrictions {
    ($($field:ident: $kind:ty),* $(,)?) => {
        #[derive(Serialize, Deserialize)]
        struct KeptRestrictions {
            $(#[serde(default, skip_serializing_if = "Option::is_none")] $field: Option<$kind>,)*
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            days: Vec<i8>,
        }

        impl KeptRestrictions {
            fn of(own: &Restrictions) -> Self {
                Self {
                    $($field: own.$field,)*
                    days: own.days.iter().map(|day| day.to_monday_one_offset()).collect(),
                }
            }

            fn read(self) -> Result<Restrictions, StoreError> {
                let day = |day| Weekday::from_monday_one_offset(day).map_err(|_| corrupt("rates.days", day));
                Ok(Restrictions {
                    $($field: self.$field,)*
                    days: self.days.into_iter().map(day).collect::<Result<_, _>>()?,
                })
            }
        }
    };
}

kept_restrictions! {
    start_time: Time,
    end_time: Time,
    start_date: Date,
    end_date: Date,
    min_wh: i64,
    max_wh: i64,
    min_current_ma: i64,
    max_current_ma: i64,
    min_power_w: i64,
    max_power_w: i64,
    min_duration_s: i64,
    max_duration_s: i64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a field by reference"
)]
const fn is_zero(value: &i64) -> bool {
    *value == 0
}

/// Rates as text.
pub(crate) fn write(rates: &Rates) -> Result<String, StoreError> {
    let limit = |limit: Limit| KeptLimit {
        net: limit.net_minor,
        total: limit.total_minor,
    };
    let component = |component: &Component| KeptComponent {
        of: component.dimension,
        micro: component.price.micro,
        tax: component.tax.map(|tax| tax.milli),
        step: component.step_size,
    };
    let element = |element: &Element| {
        let own = &element.restrictions;
        KeptElement {
            components: element.components.iter().map(component).collect(),
            when: (*own != Restrictions::default()).then(|| Box::new(KeptRestrictions::of(own))),
        }
    };
    let kept = Kept {
        currency: rates.currency.code().to_owned(),
        basis: rates.basis,
        elements: rates.elements.iter().map(element).collect(),
        min: rates.min_price.map(limit),
        max: rates.max_price.map(limit),
        grace_s: rates.idle_grace_s,
    };
    serde_json::to_string(&kept).map_err(|error| corrupt("rates", error))
}

/// Text as rates.
pub(crate) fn read(text: &str) -> Result<Rates, StoreError> {
    let kept: Kept = serde_json::from_str(text).map_err(|_| corrupt("rates", text))?;
    let currency = Currency::from_code(&kept.currency)
        .ok_or_else(|| corrupt("rates.currency", &kept.currency))?;
    let limit = |limit: KeptLimit| Limit {
        net_minor: limit.net,
        total_minor: limit.total,
    };
    let component = |one: KeptComponent| Component {
        dimension: one.of,
        price: UnitPrice {
            micro: one.micro,
            currency,
        },
        tax: one.tax.map(|milli| Percent { milli }),
        step_size: one.step,
    };
    let element = |one: KeptElement| {
        Ok(Element {
            components: one.components.into_iter().map(component).collect(),
            restrictions: one
                .when
                .map_or_else(|| Ok(Restrictions::default()), |own| own.read())?,
        })
    };
    Ok(Rates {
        currency,
        basis: kept.basis,
        elements: kept
            .elements
            .into_iter()
            .map(element)
            .collect::<Result<_, StoreError>>()?,
        min_price: kept.min.map(limit),
        max_price: kept.max.map(limit),
        idle_grace_s: kept.grace_s,
    })
}
