//! Errors as `application/problem+json` (RFC 9457), from the one list of codes.

use std::num::NonZeroU32;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Code;
use domain::object::Amount;
use serde::Serialize;
use utoipa::ToSchema;

use crate::core::OpError;

/// What went wrong, for the page (`code`), for people (`detail`) and for the log (`traceId`).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Names the kind of problem: `urn:forecourt:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// The same for every problem of its code.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// One of the closed list.
    code: &'static str,
    /// What happened this time.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// Finds the request in the log.
    #[schema(value_type = String)]
    trace_id: Box<str>,
    /// Which fields are outside their bounds; for `request.validation` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// How much more money is needed; for `wallet.insufficient_funds` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Amount>)]
    missing: Option<Box<Amount>>,
    /// Goes out as `Retry-After`, in seconds.
    #[serde(skip)]
    retry_after: Option<NonZeroU32>,
}

/// One field outside its bounds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// Where it stands: a JSON pointer, or the parameter's name.
    pub pointer: String,
    /// What is wrong, for programs.
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

impl Problem {
    /// A problem of a code, with what happened this time.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:forecourt:problem:{}", code.as_str()).into(),
            title: code.title(),
            status: code.status(),
            code: code.as_str(),
            detail: detail.into().into(),
            trace_id: super::guard::current_trace().into(),
            errors: Vec::new(),
            missing: None,
            retry_after: None,
        }
    }

    /// The HTTP status it travels under.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Whether it is of this code.
    pub fn is(&self, code: Code) -> bool {
        self.code == code.as_str()
    }

    /// A problem with one place of the body: a JSON pointer to it, and what is wrong there.
    pub fn at(code: Code, pointer: &str, fault: &str, detail: &str) -> Self {
        let mut problem = Self::new(code, detail);
        problem.errors.push(FieldError {
            pointer: pointer.to_owned(),
            code: fault.to_owned(),
            detail: detail.to_owned(),
        });
        problem
    }

    /// A body with faults, each at its place.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let first = errors.first();
        let detail = first.map_or_else(
            || format!("{}.", Code::RequestValidation.title()),
            |fault| format!("{}: {}", fault.pointer, fault.detail),
        );
        Self {
            errors,
            ..Self::new(Code::RequestValidation, detail)
        }
    }

    /// A parameter outside its bounds.
    pub fn out_of_bounds(parameter: &str, detail: &str) -> Self {
        let mut problem = Self::new(Code::RequestValidation, detail);
        problem.errors.push(FieldError {
            pointer: parameter.to_owned(),
            code: "out_of_bounds".to_owned(),
            detail: detail.to_owned(),
        });
        problem
    }
}

impl From<OpError> for Problem {
    fn from(error: OpError) -> Self {
        match error {
            OpError::Refused { code, detail } => Self::new(code, detail),
            OpError::Invalid {
                pointer,
                fault,
                detail,
            } => Self::at(Code::RequestValidation, &pointer, fault, &detail),
            OpError::Unfunded { missing } => Self {
                missing: Some(Box::new(missing.print())),
                ..Self::new(error.code(), error.to_string())
            },
            OpError::Limited { seconds } | OpError::Wait { seconds } => Self {
                retry_after: NonZeroU32::new(u32::try_from(seconds).unwrap_or(u32::MAX)),
                ..Self::new(error.code(), error.to_string())
            },
            OpError::Store(error) => error.into(),
        }
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        tracing::error!(%error, "a request failed");
        if error.is_passing() {
            let detail = "This is temporarily unavailable. Try again in a moment.";
            return Self::new(Code::ServerUnavailable, detail);
        }
        Self::new(
            Code::ServerInternal,
            "Something failed here. It is in the log under this traceId.",
        )
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code, format!("{}.", code.title()))
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::RequestMediaType,
            StatusCode::PAYLOAD_TOO_LARGE => Code::RequestTooLarge,
            _ => Code::RequestInvalidJson,
        };
        Self::new(code, rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after;
        // What failed here is logged where it failed, with its reason; what was refused is logged here.
        if self.status < 500 {
            tracing::info!(
                code = self.code,
                detail = self.detail,
                "a request is refused"
            );
        }
        let mut response = (self.status(), Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.get().into());
        }
        response
    }
}
