//! Many charge points as one thing: started together, stopped in order, counted in one summary.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::charge_point::ChargePoint;
use crate::config::{ConfigFault, FleetConfig};
use crate::stats::{Stats, Summary};

/// How long charges may take to end in order. After it the sockets are cut.
const FAREWELL: Duration = Duration::from_secs(10);

/// Running charge points; dropping it cuts them off.
#[derive(Debug)]
pub struct Fleet {
    charge_points: JoinSet<()>,
    stop: CancellationToken,
    stats: Arc<Stats>,
}

impl Fleet {
    /// Starts every charge point of `config`, each in a task of the current Tokio runtime.
    pub fn start(config: FleetConfig) -> Result<Self, ConfigFault> {
        config.check()?;
        let config = Arc::new(config);
        let stats = Arc::new(Stats::new());
        let stop = CancellationToken::new();
        let mut charge_points = JoinSet::new();
        for (order, identity) in (0..).zip(config.identities()) {
            let charge_point = ChargePoint::new(order, identity, &config, &stats);
            charge_points.spawn(charge_point.run(stop.clone()));
        }
        Ok(Self {
            charge_points,
            stop,
            stats,
        })
    }

    /// The figures so far.
    pub fn summary(&self) -> Summary {
        self.stats.summary()
    }

    /// Why the newest connection that could not be made was refused, for a fleet that never connects.
    pub fn refusal(&self) -> Option<String> {
        self.stats.refusal()
    }

    /// Ends running charges (StopTransaction, Finishing, Available), closes the sockets and returns
    /// the figures. What takes longer than ten seconds is cut.
    pub async fn stop(mut self) -> Summary {
        self.stop.cancel();
        let ended = async { while self.charge_points.join_next().await.is_some() {} };
        if timeout(FAREWELL, ended).await.is_err() {
            warn!(left = self.charge_points.len(), "charge points are cut off");
            self.charge_points.shutdown().await;
        }
        self.stats.summary()
    }
}
