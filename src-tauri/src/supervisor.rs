//! The gateway inside the app, and the simulated charge points that bring a demo site to life.
//! Names no window: the desktop and the headless app share it.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gateway::Gateway;
use gateway::app::StartError;
use gateway::cli::{self, ServeFlags};
use gateway::demo::DemoSite;
use gateway::settings::Settings;
use simulator::{Fleet, FleetConfig, Scenario};

/// How often a simulated charge point measures: often enough for a visitor to see the figure move.
const METER_INTERVAL: Duration = Duration::from_secs(2);

/// How much later each next one finds its first car: a board where every bay is taken shows little.
const STAGGER: Duration = Duration::from_secs(20);

/// A running gateway with what goes with it.
pub struct Hosted {
    /// The gateway.
    pub gateway: Gateway,
    fleet: Mutex<Option<Fleet>>,
}

impl Hosted {
    /// Starts the gateway; a demo site comes with its charge points.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let gateway = Gateway::start(settings).await?;
        let fleet = demo_fleet(&gateway);
        Ok(Self {
            gateway,
            fleet: Mutex::new(fleet),
        })
    }

    /// Stops the charge points, then the gateway.
    pub async fn stop(&self) {
        drop(
            self.fleet
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        self.gateway.stop().await;
    }
}

/// Runs the app without a window, to its exit code.
pub fn headless(flags: &ServeFlags) -> ExitCode {
    cli::serve(flags, demo_fleet)
}

/// The demo site's charge points, over real `WebSockets` like any others. They end with the value.
fn demo_fleet(gateway: &Gateway) -> Option<Fleet> {
    let demo = gateway.demo.as_ref()?;
    match Fleet::start(demo_charge_points(demo, gateway.ocpp)) {
        Ok(fleet) => Some(fleet),
        Err(error) => {
            tracing::error!(%error, "the demo site has no charge points");
            None
        }
    }
}

/// What the demo site's charge points do, at the gateway's door for them.
pub fn demo_charge_points(demo: &DemoSite, ocpp: SocketAddr) -> FleetConfig {
    FleetConfig {
        count: u32::try_from(demo.points).unwrap_or(u32::MAX),
        prefix: demo.prefix.to_owned(),
        password: Some(demo.key.clone()),
        scenario: Scenario::Charge,
        id_tags: demo.id_tags.clone(),
        meter_interval: METER_INTERVAL,
        stagger: STAGGER,
        ..FleetConfig::new(format!("ws://{ocpp}/ocpp"))
    }
}
