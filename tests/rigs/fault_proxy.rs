//! `cargo run --example fault_proxy -- LISTEN TARGET`: a TCP proxy between chargers and a running gateway that is slow,
//! cuts, swallows or refuses as it is told on standard input, a line at a time. Anything it does not know it explains.

use std::net::SocketAddr;
use std::process::ExitCode;

use testkit::{FaultProxy, fault_proxy};
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let addresses: Vec<SocketAddr> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let [listen, target] = addresses[..] else {
        eprintln!(
            "give two addresses, such as 127.0.0.1:8191 127.0.0.1:8181: where to listen, and the gateway's door"
        );
        return ExitCode::from(2);
    };
    let proxy = match FaultProxy::on(listen, target).await {
        Ok(proxy) => proxy,
        Err(error) => {
            eprintln!("{listen} cannot be listened on: {error}");
            return ExitCode::from(2);
        }
    };
    println!("listening on {}, carrying to {target}", proxy.address());
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    // The end of the input ends the proxy: it is its person's.
    while let Ok(Some(line)) = lines.next_line().await {
        match fault_proxy::obey(&proxy, &line) {
            Ok(answer) => println!("{answer}"),
            Err(advice) => println!("{advice}"),
        }
    }
    ExitCode::SUCCESS
}
