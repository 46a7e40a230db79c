//! Where a provider is asked: https, or a server of this machine in tests.

use url::{Host, Url};

/// An address to which `/v1/…` is appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    text: String,
    loopback: bool,
}

impl BaseUrl {
    /// Checks an address; none where it is not safe to send a key to.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text.trim()).ok()?;
        let bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let loopback = is_loopback(&url);
        let safe = url.scheme() == "https" || url.scheme() == "http" && loopback;
        (bare && safe && url.host().is_some()).then(|| Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            loopback,
        })
    }

    /// The address of a path that begins with a slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Whether it is a server of this machine.
    pub(crate) const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether a page that the provider names may be shown to a driver: https, or a test's on this machine.
    pub(crate) fn lets_show(&self, page: &str) -> bool {
        const LONGEST: usize = 2_048;
        page.len() <= LONGEST
            && Url::parse(page).is_ok_and(|url| {
                url.scheme() == "https"
                    || url.scheme() == "http" && self.loopback && is_loopback(&url)
            })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sent_to_https_or_to_this_machine() {
        let check = |text: &str, expect: Option<&str>| {
            let base = BaseUrl::parse(text).map(|base| base.at("/v1/x"));
            assert_eq!(base.as_deref(), expect, "{text}");
        };
        check(
            "https://api.stripe.com",
            Some("https://api.stripe.com/v1/x"),
        );
        check(
            "https://proxy.example/a/",
            Some("https://proxy.example/a/v1/x"),
        );
        check("http://127.0.0.1:8999", Some("http://127.0.0.1:8999/v1/x"));
        check("http://[::1]:8999/", Some("http://[::1]:8999/v1/x"));
        check("http://localhost:1", Some("http://localhost:1/v1/x"));
        for unsafe_one in [
            "http://api.stripe.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://user:pw@api.stripe.com",
            "https://api.stripe.com?x=1",
            "https://api.stripe.com#x",
            "file:///etc/passwd",
            "api.stripe.com",
            "",
        ] {
            check(unsafe_one, None);
        }
    }

    #[test]
    fn a_driver_is_sent_to_https_only() {
        let real = BaseUrl::parse("https://api.stripe.com").expect("an address");
        let test = BaseUrl::parse("http://127.0.0.1:1").expect("an address");
        assert!(real.lets_show("https://checkout.stripe.com/c/pay/cs_1"));
        assert!(
            test.lets_show("http://127.0.0.1:1/pay"),
            "a test's own page"
        );
        for page in [
            "http://checkout.stripe.com/c/pay/cs_1",
            "http://127.0.0.1:1/pay",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!real.lets_show(page), "{page}");
        }
        let long = format!("https://rzp.io/{}", "a".repeat(3_000));
        assert!(!real.lets_show(&long), "no QR code holds it");
    }
}
