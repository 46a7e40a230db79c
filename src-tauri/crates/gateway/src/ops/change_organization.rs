//! An admin of the whole site adds, changes and removes organisations: those whose stations are on this system. One that
//! still has a station or a user stays.

use domain::organization::Organization;
use domain::{Code, OrganizationId};
use serde_json::{Value, json};
use store::repo::organizations;

use super::change::{Change, set};
use super::refusal::{conflict, missing, taken, unknown};
use crate::core::{Core, OpError, Unit};

/// What is to become of an organisation; of a new one, what it is. Within their bounds: whoever asks has checked.
#[derive(Clone, Debug, Default)]
pub struct OrganizationChange {
    /// What it is called.
    pub name: Option<String>,
    /// Where to write to it.
    pub email: Change<String>,
    /// Where to call it.
    pub phone: Change<String>,
}

impl OrganizationChange {
    fn apply(self, organization: &mut Organization) {
        set(&mut organization.name, self.name);
        self.email.apply(&mut organization.email);
        self.phone.apply(&mut organization.phone);
    }
}

/// Adds an organisation.
pub async fn create_organization(
    core: &Core,
    new: OrganizationChange,
) -> Result<Organization, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let now = unit.now();
            let mut organization = Organization {
                id: unit.id(),
                name: String::new(),
                email: None,
                phone: None,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            new.apply(&mut organization);
            unit.about(organization.id);
            unit.after(&told(&organization));
            organizations::insert(unit.conn, &organization)
                .await
                .map_err(|error| taken(error, "an organisation of that name"))?;
            Ok(organization)
        })
    })
    .await
}

/// Changes an organisation.
pub async fn change_organization(
    core: &Core,
    id: OrganizationId,
    change: OrganizationChange,
) -> Result<Organization, OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let before = held(&mut unit, id).await?;
            unit.before(&told(&before));
            let mut organization = before.clone();
            change.apply(&mut organization);
            unit.after(&told(&organization));
            if organization == before {
                return Ok(organization);
            }
            organization.version += 1;
            organization.updated_at = unit.now();
            organizations::update(unit.conn, &organization)
                .await
                .map_err(|error| taken(error, "an organisation of that name"))?;
            Ok(organization)
        })
    })
    .await
}

/// Removes an organisation that has neither stations nor users left.
pub async fn remove_organization(core: &Core, id: OrganizationId) -> Result<(), OpError> {
    core.write(move |mut unit| {
        Box::pin(async move {
            let organization = held(&mut unit, id).await?;
            unit.before(&told(&organization));
            let (stations, users) = organizations::count_parts(unit.conn, id).await?;
            if stations + users > 0 {
                return Err(conflict(
                    "The organisation has stations or users. Give them to another one first, or remove them.",
                ));
            }
            let now = unit.now();
            Ok(organizations::delete(unit.conn, id, now).await?)
        })
    })
    .await
}

/// What is noted of an organisation.
fn told(organization: &Organization) -> Value {
    json!({ "name": organization.name, "email": organization.email, "phone": organization.phone })
}

/// The organisation, this unit's until the commit.
async fn held(unit: &mut Unit<'_>, id: OrganizationId) -> Result<Organization, OpError> {
    let found = organizations::hold(unit.conn, id).await?;
    found.ok_or_else(|| missing("organisation"))
}

/// Refuses an organisation that is not there; one that is stays until the commit.
pub(super) async fn known_organization(
    unit: &mut Unit<'_>,
    organization: &Change<OrganizationId>,
) -> Result<(), OpError> {
    let Some(id) = organization.set() else {
        return Ok(());
    };
    match held(unit, *id).await {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Code::ResourceNotFound => {
            Err(unknown("/organizationId", "organisation"))
        }
        Err(error) => Err(error),
    }
}
