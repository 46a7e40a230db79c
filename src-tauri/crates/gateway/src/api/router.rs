//! THE route table. What is not here does not exist; what is open to all says so.

use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler as _;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, middleware};
use domain::Code;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::guard::{self, Guard};
use super::problem::Problem;
use super::{
    Api, board, charger, cms, live, metrics, ops, pace, pages, payments, receipts, setup, sign_in,
    snapshots, updates, user, watched,
};

/// How long a request may take in all (WEB-10).
const REQUEST: Duration = Duration::from_secs(30);

/// The documented routes, before they have their state.
pub(super) fn routes() -> OpenApiRouter<Api> {
    let user = OpenApiRouter::new()
        .routes(routes!(setup::site)) // open: every page is headed with it
        .routes(routes!(board::list_stations)) // open: the board is for any passer-by
        .routes(routes!(board::show_station)) // open: the same
        .routes(routes!(board::list_station_points)) // open: the same
        .routes(routes!(board::show_point)) // open: the same
        .routes(routes!(user::auth::register)) // open: this is the door
        .routes(routes!(user::auth::login)) // open: the same
        .routes(routes!(user::auth::forgot_password)) // open: says the same to everybody
        .routes(routes!(user::auth::logout))
        .routes(routes!(user::auth::me, user::account::erase))
        .routes(routes!(user::account::profile))
        .routes(routes!(user::account::change_password))
        .routes(routes!(user::account::export))
        .routes(routes!(user::charging::start))
        .routes(routes!(user::guests::start)) // open: the code decides, or what is paid
        .routes(routes!(user::guest_orders::show))
        .routes(routes!(user::guest_orders::come_back)) // open: the link decides
        .routes(routes!(user::charging::stop))
        .routes(routes!(user::sessions::active))
        .routes(routes!(user::sessions::list))
        .routes(routes!(user::sessions::show))
        .routes(routes!(user::sessions::receipt))
        .routes(routes!(user::sessions::receipt_file))
        .routes(routes!(user::statements::show))
        .routes(routes!(user::statements::draw))
        .routes(routes!(user::vehicles::list, user::vehicles::create))
        .routes(routes!(
            user::vehicles::show,
            user::vehicles::change,
            user::vehicles::remove
        ))
        .routes(routes!(user::wallet::balance))
        .routes(routes!(user::wallet::transactions))
        .routes(routes!(user::topups::options)) // open: guests pay, too
        .routes(routes!(user::topups::top_up))
        .routes(routes!(user::topups::show))
        .routes(routes!(user::topups::redeem));
    let charger = OpenApiRouter::new()
        .routes(routes!(charger::any))
        .routes(routes!(charger::show))
        .routes(routes!(charger::named::remote_start))
        .routes(routes!(charger::named::remote_stop))
        .routes(routes!(charger::named::change_configuration))
        .routes(routes!(charger::named::get_configuration))
        .routes(routes!(charger::named::reset))
        .routes(routes!(charger::named::unlock_connector))
        .routes(routes!(charger::named::change_availability))
        .routes(routes!(charger::named::clear_cache))
        .routes(routes!(charger::named::trigger_message))
        .routes(routes!(charger::named::data_transfer))
        .routes(routes!(charger::named::reserve_now))
        .routes(routes!(charger::named::cancel_reservation))
        .routes(routes!(charger::named::update_firmware))
        .routes(routes!(charger::named::get_diagnostics))
        .routes(routes!(charger::named::get_local_list_version))
        .routes(routes!(charger::named::send_local_list))
        .routes(routes!(charger::named::set_charging_profile))
        .routes(routes!(charger::named::clear_charging_profile))
        .routes(routes!(charger::named::get_composite_schedule));
    OpenApiRouter::new()
        .nest("/api/user", user)
        .nest("/api/charger", charger)
        .nest("/api/cms", desk())
        .routes(routes!(setup::state, setup::set_up)) // open: the one-time code decides, and nothing once there is an operator
        .routes(routes!(payments::webhook)) // open: the provider's signature decides
        .routes(routes!(payments::come_back)) // open: a driver's phone comes back, and is believed nothing
        .routes(routes!(receipts::open)) // open: whoever has the link has the receipt
        .routes(routes!(updates::feed)) // open: signatures decide, and kiosks have no sign-in
        .routes(routes!(updates::package)) // open: the same
        .routes(routes!(live::missed)) // open: rooms decide
        .routes(routes!(ops::alive)) // open: says nothing but that it runs
        .routes(routes!(ops::ready)) // open: says nothing a stranger could use
        .routes(routes!(metrics::scrape)) // this machine, or an administrator
}

/// The operator's desk. A route is for users of the whole site, unless its handler takes a scope.
fn desk() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::login)) // open: this is the door
        .routes(routes!(sign_in::logout))
        .routes(routes!(sign_in::me))
        .routes(routes!(cms::account::change_password))
        .routes(routes!(cms::dashboard::show))
        .routes(routes!(cms::stations::list, cms::stations::create))
        .routes(routes!(cms::stations::choices))
        .routes(routes!(
            cms::stations::show,
            cms::stations::change,
            cms::stations::remove
        ))
        .routes(routes!(cms::stations::list_points))
        .routes(routes!(cms::stations::list_sessions))
        .routes(routes!(cms::points::list, cms::points::create))
        .routes(routes!(cms::points::choices))
        .routes(routes!(
            cms::points::show,
            cms::points::change,
            cms::points::remove
        ))
        .routes(routes!(cms::points::rotate))
        .routes(routes!(cms::tariffs::list, cms::tariffs::create))
        .routes(routes!(cms::tariffs::choices))
        .routes(routes!(cms::weigh::imagine))
        .routes(routes!(cms::weigh::look_back))
        .routes(routes!(
            cms::tariffs::show,
            cms::tariffs::change,
            cms::tariffs::remove
        ))
        .routes(routes!(cms::customers::list, cms::customers::create))
        .routes(routes!(cms::customers::choices))
        .routes(routes!(
            cms::customers::show,
            cms::customers::change,
            cms::customers::remove
        ))
        .routes(routes!(cms::customers::list_sessions))
        .routes(routes!(user::vehicles::list_of_customer))
        .routes(routes!(cms::customers::list_wallet_transactions))
        .routes(routes!(cms::statements::show))
        .routes(routes!(cms::statements::draw))
        .routes(routes!(cms::money::show_wallet))
        .routes(routes!(cms::money::list_adjustments, cms::money::adjust))
        .routes(routes!(cms::money::approve))
        .routes(routes!(cms::money::reject))
        .routes(routes!(cms::topups::list))
        .routes(routes!(cms::topups::list_refunds))
        .routes(routes!(cms::topups::refund))
        .routes(routes!(cms::topups::list_batches, cms::topups::make))
        .routes(routes!(cms::topups::list_codes))
        .routes(routes!(cms::topups::void))
        .routes(routes!(cms::id_tokens::list, cms::id_tokens::create))
        .routes(routes!(cms::id_tokens::choices))
        .routes(routes!(
            cms::id_tokens::show,
            cms::id_tokens::change,
            cms::id_tokens::remove
        ))
        .routes(routes!(cms::users::list, cms::users::create))
        .routes(routes!(cms::users::choices))
        .routes(routes!(
            cms::users::show,
            cms::users::change,
            cms::users::remove
        ))
        .routes(routes!(
            cms::organizations::list,
            cms::organizations::create
        ))
        .routes(routes!(cms::organizations::choices))
        .routes(routes!(
            cms::organizations::show,
            cms::organizations::change,
            cms::organizations::remove
        ))
        .routes(routes!(cms::settings::show, cms::settings::change))
        .routes(routes!(cms::update::show, cms::update::order))
        .routes(routes!(cms::audit::list))
        .routes(routes!(cms::exports::sessions))
        .routes(routes!(cms::exports::ledger))
        .routes(routes!(cms::exports::settlements))
        .routes(routes!(cms::sessions::list_active))
        .routes(routes!(cms::sessions::list_completed))
        .routes(routes!(cms::sessions::show))
        .routes(routes!(cms::sessions::receipt))
        .routes(routes!(cms::sessions::receipt_file))
        .routes(routes!(cms::sessions::list_receipts))
        .routes(routes!(cms::money::refund))
        .routes(routes!(cms::sessions::list_transactions))
        .routes(routes!(cms::shifts::list, cms::shifts::close))
        .routes(routes!(cms::shifts::current))
        .routes(routes!(cms::shifts::show))
        .routes(routes!(cms::alerts::list))
        .routes(routes!(cms::alerts::acknowledge))
        .routes(routes!(cms::unknown::list))
        .routes(routes!(cms::unknown::accept))
        .routes(routes!(cms::messages::list))
}

/// Both doors' router. `wrap` puts Socket.IO around it where there is a TCP door.
pub fn router(
    api: Api,
    guard: Guard,
    body_limit: usize,
    wrap: impl FnOnce(Router) -> Router,
) -> Router {
    let (documented, _) = routes().split_for_parts();
    let rest = documented
        .route("/api/openapi.json", get(ops::openapi)) // open: the contract is public
        .route("/api/asyncapi.json", get(ops::asyncapi)) // open: the same
        .method_not_allowed_fallback(async || Problem::from(Code::RequestMethod))
        .layer(middleware::from_fn(watched::watch))
        .layer(middleware::from_fn_with_state(
            api.clone(),
            snapshots::place_in_stream,
        ))
        .layer(middleware::from_fn(guard::json_only))
        .layer(middleware::from_fn_with_state(api.clone(), pace::limit))
        .layer(middleware::from_fn(metrics::count))
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            REQUEST,
        ))
        .with_state(api)
        .fallback(pages::serve.layer(CompressionLayer::new()));
    // Socket.IO's layer owns everything below /socket.io, so the one page file there stands outside it.
    Router::new()
        .route(
            "/socket.io/socket.io.js",
            get(pages::serve.layer(CompressionLayer::new())),
        )
        .fallback_service(wrap(rest))
        .layer(CatchPanicLayer::custom(|_| panicked()))
        .layer(middleware::from_fn_with_state(guard, guard::guard))
}

fn panicked() -> Response {
    Problem::from(Code::ServerInternal).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_handler_that_panics_is_a_fault_of_ours_and_the_next_request_is_served() {
        let router: Router = Router::new()
            .route(
                "/planted",
                get(async || -> StatusCode { panic!("planted") }),
            )
            .route("/sound", get(async || StatusCode::NO_CONTENT))
            .layer(CatchPanicLayer::custom(|_| panicked()));
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty());
            let Ok(answer) = router.clone().oneshot(request.expect("well formed")).await;
            answer
        };
        let told = ask("/planted").await;
        assert_eq!(told.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(told.into_body(), 10_000)
            .await
            .expect("a body in memory");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("a problem is JSON");
        assert_eq!(body["code"], "server.internal");
        assert_eq!(ask("/sound").await.status(), StatusCode::NO_CONTENT);
    }
}
