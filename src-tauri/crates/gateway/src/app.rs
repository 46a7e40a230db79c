//! The gateway put together: store, bus, relay, hub, sockets, doors. Each part degrades instead of stopping
//! the whole: a broker that is away is tried again for ever, and charging goes on.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use bus::{Bus, InProcess, RabbitMq, RabbitMqConfig};
use store::repo::live_log::{self, Then};
use store::repo::outbox::Waiting;
use store::{Claim, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::api::{self, Api, Guard};
use crate::cashier::Cashier;
use crate::central_system::{CentralSystem, Outbound, UnknownChargePoints};
use crate::clock::SystemClock;
use crate::commander::{Commander, Patience};
use crate::core::{Core, OpError};
use crate::demo::{self, DemoSite};
use crate::jobs::Retention;
use crate::notify::Hub;
use crate::notify::pump::Pump;
use crate::notify::socket_io::{self, SocketIoCare};
use crate::ops::check_books::check_books;
use crate::ops::disconnect_charger::disconnect_all;
use crate::ops::set_up;
use crate::ops::settle_command::settle_interrupted;
use crate::secret::Passwords;
use crate::service::Vitals;
use crate::settings::{Listen, Settings, SettingsError, std};
use crate::setup_code::SetupCode;
use crate::standing::{self, Standing, StandingError};
use crate::status_watch::StatusWatch;
use crate::tasks::Tasks;
use crate::updating::feed::{Fetch, Source};
use crate::updating::{Home, Keeper, Mirror, Updating};
use crate::{
    backups, dead_letter_watch, disk_watch, door, jobs, metrics, money_watch, outbox_watch, peers,
    relay, service,
};

/// Why the gateway did not start, in one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database cannot be used.
    #[error("the database cannot be used ({0}); check --database-url or --data-dir")]
    Database(#[from] StoreError),
    /// An address cannot be listened on.
    #[error("{address} cannot be listened on: {error}; choose another with {flag}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The flag it came from.
        flag: &'static str,
        /// What the system said.
        error: std::io::Error,
    },
    /// The first steps on the database failed.
    #[error("the gateway could not prepare its database: {0}")]
    Prepare(#[from] OpError),
}

impl From<StandingError> for StartError {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::Settings(error) => error.into(),
            StandingError::Store(error) => error.into(),
        }
    }
}

/// A running gateway.
pub struct Gateway {
    /// Where pages, REST and Socket.IO are, unless that door is shut.
    pub http: Option<SocketAddr>,
    /// Where chargers connect.
    pub ocpp: SocketAddr,
    /// The same router the TCP door serves, for the kiosk's own window.
    pub router: Router,
    /// The live events.
    pub hub: Arc<Hub>,
    /// What the ops work with.
    pub core: Core,
    /// The way to the chargers.
    pub outbound: Outbound,
    /// The chargers that were not let in.
    pub unknown: Arc<UnknownChargePoints>,
    /// The demo site, where one was just filled in.
    pub demo: Option<DemoSite>,
    /// What is looked at before the service manager is told that the gateway lives.
    pub vitals: Vitals,
    /// The code by which the first operator is made in a browser, while there is none.
    pub setup: Option<Arc<SetupCode>>,
    /// How much waits for the broker, a few seconds old; nothing without one.
    pub outbox: watch::Receiver<Waiting>,
    /// How this machine's update does.
    pub updating: Arc<Updating>,
    /// What carries events and commands to other gateways.
    pub bus: Arc<dyn Bus>,
    tasks: Tasks,
    socket_io: Option<socket_io::Closer>,
    /// Nobody else runs on this database, and nobody restores it, while this lives.
    _claim: Claim,
}

/// Opens the store and what goes with it: the part that admin commands need too.
pub async fn open_core(settings: &Settings) -> Result<Core, StartError> {
    let store = Store::open(&settings.database()?).await?;
    let standing = Arc::new(Standing::load(settings, &store).await?);
    Ok(Core {
        store,
        clock: SystemClock::shared(),
        passwords: Passwords::new(),
        node: settings.node.as_str().into(),
        tokens: Arc::default(),
        standing,
    })
}

impl Gateway {
    /// Starts everything; returns when both doors are open.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        // The doors first: a second start by mistake ends here, before it touches the first one's data.
        let ocpp_door = bind(settings.ocpp_listen, "--ocpp-listen").await?;
        let http_door = match settings.listen {
            Listen::Off => None,
            Listen::On(address) => Some(bind(address, "--listen").await?),
        };
        metrics::record();
        // Chargers and readers are a socket each: more than the usual 1,024.
        if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
            tracing::warn!(%error, "the limit of open files stays");
        }
        let database = settings.database()?;
        let claim = Claim::take(&database)?;
        let core = open_core(&settings).await?;
        core.store.keep_ballast()?;
        let demo = if settings.demo {
            demo::fill(&core).await?
        } else {
            None
        };
        let setup = setup_code(&core).await?;
        settle(&core).await?;
        // Charging goes on whatever it finds; money does not.
        check_books(&core).await?;
        let hub = Arc::new(Hub::new(open_log(&core).await?));
        jobs::look_at_owners(&core, &hub).await?;

        let tasks = Tasks::default();
        let bus = start_bus(&settings);
        let updating = Arc::<Updating>::default();
        let outbox = spawn_events(&tasks, &settings, &core, &hub, &bus);
        spawn_status(&tasks, &core, &hub, &bus, &outbox, &updating);
        spawn_housekeeping(&tasks, &settings, &core, &hub);
        tasks.spawn(
            "sign-ins",
            jobs::watch_sign_ins(core.clone(), Arc::clone(&hub), tasks.stopping()),
        );
        tasks.spawn(
            "backups",
            backups::run(core.clone(), database, tasks.stopping()),
        );
        let following = standing::follow(core.clone(), tasks.stopping());
        tasks.spawn("settings", following);
        tasks.spawn("disk", disk_watch::run(core.clone(), tasks.stopping()));

        let (ocpp_listener, ocpp) = ocpp_door;
        let outbound = Outbound::default();
        let system = CentralSystem::new(
            core.clone(),
            outbound.clone(),
            &settings.ocpp,
            &settings.limits,
            ocpp,
            tasks.clone(),
        );
        let head = std(settings.limits.header_timeout);
        let places = door::serve(&tasks, "ocpp door", ocpp_listener, system.router(), head);
        let vitals = service::watch(&tasks, &core, Vitals::new(ocpp, places));
        let commander = spawn_commander(&tasks, &settings, &core, &outbound, &bus);
        let cashier = spawn_cashier(&tasks, &settings, &core)?;

        let api = Api::new(
            core.clone(),
            Arc::clone(&hub),
            bus.link(),
            commander,
            cashier,
            settings.limits.requests_per_second,
        )
        .with_door(&format!("ws://{ocpp}/ocpp"), system.unknown())
        .with_setup(setup.clone())
        .with_updating(Arc::clone(&updating), mirror(&settings));
        let http = http_door.as_ref().map(|(_, address)| *address);
        let (router, socket_io) = build_router(&settings, &core, &hub, api, http);
        if let Some((listener, _)) = http_door {
            door::serve(&tasks, "http door", listener, router.clone(), head);
        }
        Ok(Self {
            http,
            ocpp,
            router,
            hub,
            core,
            outbound,
            unknown: system.unknown(),
            vitals,
            demo,
            setup,
            outbox,
            updating,
            bus,
            tasks,
            socket_io,
            _claim: claim,
        })
    }

    /// Keeps the package new that brought this program, as the settings say.
    pub fn renew(&self, fetch: Arc<dyn Fetch>) {
        let rules = self.core.rules();
        let settings = rules.settings();
        let Some(data) = settings.data_dir.as_deref() else {
            return;
        };
        let source = match Home::of_this_program() {
            Ok(home) => Source::of(&settings.updates, &home),
            Err(_) if settings.updates.feed.is_none() => return,
            Err(why) => Err(why),
        };
        let source = match source {
            Ok(Some(source)) => source,
            Ok(None) => return,
            Err(why) => return tracing::error!(why, "updates are off"),
        };
        let (core, updating) = (self.core.clone(), Arc::clone(&self.updating));
        if let Some(keeper) = Keeper::new(core, updating, source, fetch, data) {
            self.tasks
                .spawn("updates", keeper.run(self.tasks.stopping()));
        }
    }

    /// Stops everything: readers and chargers are told, work in hand is finished, the database is closed.
    pub async fn stop(&self) {
        service::is_stopping();
        if let Some(socket_io) = &self.socket_io {
            socket_io.close().await;
        }
        self.tasks.stop().await;
        self.bus.close().await;
        self.core.store.close().await;
        tracing::info!("stopped");
    }
}

/// What the gateway that ran before had to leave.
async fn settle(core: &Core) -> Result<(), OpError> {
    let left = disconnect_all(core).await?;
    if left > 0 {
        tracing::info!(
            left,
            "charge points were connected when the gateway last stopped"
        );
    }
    let interrupted = settle_interrupted(core).await?;
    if interrupted > 0 {
        tracing::info!(
            interrupted,
            "commands had no answer when the gateway last stopped"
        );
    }
    Ok(())
}

/// What is offered on to other machines.
fn mirror(settings: &Settings) -> Option<Mirror> {
    let data = settings.data_dir.as_deref();
    data.filter(|_| settings.updates.mirror).map(Mirror::of)
}

/// A fresh code where there never was an operator.
async fn setup_code(core: &Core) -> Result<Option<Arc<SetupCode>>, OpError> {
    let needed = set_up::is_needed(core).await?;
    Ok(needed.then(|| Arc::new(SetupCode::make())))
}

async fn open_log(core: &Core) -> Result<live_log::Head, OpError> {
    let node = core.node.to_string();
    let fresh = core.clock.id();
    core.write(move |unit| {
        Box::pin(async move { Ok(live_log::open(unit.conn, &node, fresh).await?) })
    })
    .await
}

/// The road of the events: to the screens in any case, and on to the broker where there is one.
fn spawn_events(
    tasks: &Tasks,
    settings: &Settings,
    core: &Core,
    hub: &Arc<Hub>,
    bus: &Arc<dyn Bus>,
) -> watch::Receiver<Waiting> {
    let stopping = tasks.stopping();
    let deliveries = bus
        .deliveries()
        .expect("this is the bus's first and only reader");
    let published = Arc::new(Notify::new());
    let pump = Pump {
        core: core.clone(),
        hub: Arc::clone(hub),
        then: match settings.broker_url {
            None => Then::Forget,
            Some(_) => Then::Publish,
        },
        relay: Arc::clone(&published),
    };
    tasks.spawn("pump", pump.run(deliveries, stopping.clone()));
    let (measure, outbox) = watch::channel(Waiting::default());
    if settings.broker_url.is_some() {
        let relay = relay::run(core.clone(), Arc::clone(bus), published, stopping.clone());
        tasks.spawn("relay", relay);
        let max_mb = settings.broker.outbox_max_mb;
        let watching = outbox_watch::run(core.clone(), max_mb, measure, stopping.clone());
        tasks.spawn("outbox watch", watching);
        let letters = bus.dead_letters();
        let watching = dead_letter_watch::run(core.clone(), letters, stopping.clone());
        tasks.spawn("dead letters", watching);
    }
    let (others_set, others) = watch::channel(false);
    tasks.spawn(
        "peers",
        peers::run(core.clone(), others_set, stopping.clone()),
    );
    let tick = std(settings.live.tick);
    let (core, hub, link) = (core.clone(), Arc::clone(hub), bus.link());
    tasks.spawn("tick", jobs::tick(core, hub, link, others, tick, stopping));
    outbox
}

/// What tells the desk how this gateway is.
fn spawn_status(
    tasks: &Tasks,
    core: &Core,
    hub: &Arc<Hub>,
    bus: &Arc<dyn Bus>,
    outbox: &watch::Receiver<Waiting>,
    updating: &Arc<Updating>,
) {
    let status = StatusWatch {
        core: core.clone(),
        hub: Arc::clone(hub),
        link: bus.link(),
        outbox: outbox.clone(),
        updating: Arc::clone(updating),
    };
    tasks.spawn("status", status.run(tasks.stopping()));
}

/// The way of commands to the chargers, and what gives up those that wait too long.
fn spawn_commander(
    tasks: &Tasks,
    settings: &Settings,
    core: &Core,
    outbound: &Outbound,
    bus: &Arc<dyn Bus>,
) -> Commander {
    let call = std(settings.ocpp.call_timeout);
    let commander = Commander {
        core: core.clone(),
        outbound: outbound.clone(),
        bus: Arc::clone(bus),
        tasks: tasks.clone(),
        patience: Patience {
            start: std(settings.ocpp.remote_start_ttl),
            other: call,
        },
    };
    let orders = bus
        .commands()
        .expect("this is the bus's first and only reader of commands");
    tasks.spawn("orders", commander.clone().serve(orders, tasks.stopping()));
    let limits = money_watch::limits(core.clone(), commander.clone(), tasks.stopping());
    tasks.spawn("limits", limits);
    let guests = money_watch::guests(core.clone(), commander.clone(), tasks.stopping());
    tasks.spawn("guests", guests);
    let books = money_watch::books(core.clone(), tasks.stopping());
    tasks.spawn("books", books);
    let plug_in = std(settings.ocpp.connection_timeout);
    // Waiting for its turn, for its answer, and for a gateway that settles it late.
    let answer = (call * 2).max(call + std(settings.ocpp.remote_start_ttl)) + call;
    tasks.spawn("prices", jobs::watch_prices(core.clone(), tasks.stopping()));
    tasks.spawn(
        "give up",
        jobs::give_up(core.clone(), plug_in, answer, tasks.stopping()),
    );
    commander
}

/// What keeps the house: what is forgotten, and when.
fn spawn_housekeeping(tasks: &Tasks, settings: &Settings, core: &Core, hub: &Arc<Hub>) {
    let retention = Retention {
        events: settings.live.retain,
        frames: settings.ocpp.log_retain,
        frame_age: settings.ocpp.log_age,
    };
    let keeping = jobs::housekeeping(core.clone(), Arc::clone(hub), retention, tasks.stopping());
    tasks.spawn("housekeeping", keeping);
}

/// Who talks to payment providers. The settings were looked at before: nothing of them can fail now.
fn spawn_cashier(
    tasks: &Tasks,
    settings: &Settings,
    core: &Core,
) -> Result<Arc<Cashier>, SettingsError> {
    let cashier = Arc::new(Cashier::new(
        core.clone(),
        settings.providers()?,
        settings.public_url.as_deref().unwrap_or_default(),
    ));
    tasks.spawn("cashier", Arc::clone(&cashier).run(tasks.stopping()));
    Ok(cashier)
}

fn start_bus(settings: &Settings) -> Arc<dyn Bus> {
    match &settings.broker_url {
        None => Arc::new(InProcess::new(settings.node.as_str())),
        Some(url) => Arc::new(RabbitMq::start(RabbitMqConfig {
            url: url.clone(),
            node: settings.node.clone(),
            exchange: settings.broker.exchange.clone(),
            dead_letter_exchange: settings.broker.dead_letter_exchange.clone(),
            confirm_timeout: std(settings.broker.confirm_timeout),
            reconnect_max: std(settings.broker.reconnect_max),
        })),
    }
}

fn build_router(
    settings: &Settings,
    core: &Core,
    hub: &Arc<Hub>,
    api: Api,
    http: Option<SocketAddr>,
) -> (Router, Option<socket_io::Closer>) {
    let guard = Guard::new(
        http,
        &settings.hosts(),
        &settings.allowed_origins,
        Arc::clone(&core.clock),
    );
    let mut closer = None;
    let router = api::router(api, guard, settings.limits.body_kib * 1024, |rest| {
        if http.is_none() {
            return rest;
        }
        let care = SocketIoCare {
            ping_interval: std(settings.live.ping_interval),
            ping_timeout: std(settings.live.ping_timeout),
        };
        let (layered, handle) = socket_io::layered(rest, core.clone(), Arc::clone(hub), care);
        closer = Some(handle);
        layered
    });
    (router, closer)
}

async fn bind(
    address: SocketAddr,
    flag: &'static str,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let refused = |error| StartError::Listen {
        address,
        flag,
        error,
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}
