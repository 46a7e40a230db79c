//! How much memory a process takes, KiB. Source: proc(5), `status`.

/// What is resident now.
pub fn resident_kib(process: u32) -> u64 {
    figure(process, "VmRSS:")
}

/// The most that ever was.
pub fn peak_kib(process: u32) -> u64 {
    figure(process, "VmHWM:")
}

fn figure(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.unwrap_or_else(|error| panic!("process {process} does not run: {error}"));
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_else(|| panic!("no {name} in {status}"))
}
