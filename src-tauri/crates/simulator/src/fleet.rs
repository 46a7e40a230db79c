//! Many charge points as one thing: started together, stopped in order, counted in one summary.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::charge_point;
use crate::config::{ConfigFault, FleetConfig};
use crate::point::Point;
use crate::queue::Queue;
use crate::stats::{Stats, Summary};
use crate::truth::{Truth, Writer};

/// How long charges may take to end in order. After it the sockets are cut.
const FAREWELL: Duration = Duration::from_secs(10);

/// The folder of the queues, one file per charge point, within the data folder.
const QUEUES: &str = "queues";

/// Running charge points; dropping it cuts them off.
#[derive(Debug)]
pub struct Fleet {
    /// With the writer of the truth file, which ends after the last of them.
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
        let kept = kept(&config)?;
        let stop = CancellationToken::new();
        let mut charge_points = JoinSet::new();
        if let Some(writer) = kept.writer {
            charge_points.spawn(writer.run());
        }
        for ((order, identity), queue) in (0..).zip(config.identities()).zip(kept.queues) {
            let (config, stats) = (Arc::clone(&config), Arc::clone(&stats));
            let point = Point::new(identity, config, stats, queue, kept.truth.clone());
            charge_points.spawn(charge_point::run(point, order, stop.clone()));
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

/// What a fleet keeps, in memory or in its data folder.
struct Kept {
    truth: Option<Truth>,
    writer: Option<Writer>,
    /// One for each charge point, in order.
    queues: Vec<Queue>,
}

fn kept(config: &FleetConfig) -> Result<Kept, ConfigFault> {
    let Some(folder) = &config.data_dir else {
        let queue = |_| Queue::in_memory(config.queue_limit);
        return Ok(Kept {
            truth: None,
            writer: None,
            queues: (0..config.count).map(queue).collect(),
        });
    };
    on_disk(config, folder).map_err(|error| {
        let reason = match error.kind() {
            io::ErrorKind::WouldBlock => "another simulator uses it".to_owned(),
            _ => error.to_string(),
        };
        ConfigFault::DataDir(folder.clone(), reason)
    })
}

fn on_disk(config: &FleetConfig, folder: &Path) -> io::Result<Kept> {
    let queues = folder.join(QUEUES);
    std::fs::create_dir_all(&queues)?;
    // First: it refuses a folder that another fleet uses.
    let (truth, writer) = Truth::open(folder)?;
    // Identities hold no character that a file name may not.
    let queue = |identity| {
        let path = queues.join(format!("{identity}.jsonl"));
        Queue::open(&path, config.queue_limit)
    };
    Ok(Kept {
        truth: Some(truth),
        writer: Some(writer),
        queues: config.identities().map(queue).collect::<io::Result<_>>()?,
    })
}
