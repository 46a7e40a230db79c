//! A third-party client in a process of its own, told what to do line by line: `{id, do, with}` in,
//! `{id, ok}` or `{id, error}` out, and between them `{event, …}` for what happens by itself. Not for
//! our own programs (`program`), and not for what is said: each client's own file knows its words.

use std::collections::{HashMap, VecDeque};
use std::io::Write as _;
use std::process::{ChildStdin, Command};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Process;
use crate::wait::wait_until;

const READY: Duration = Duration::from_secs(30);
/// How long a command may take: the clients' own time-outs are shorter.
const ANSWER: Duration = Duration::from_secs(40);

/// A client that listens and talks.
#[derive(Debug)]
pub(crate) struct Dialogue {
    process: Process,
    input: ChildStdin,
    last_id: u64,
    /// How much of the standard output was read, in bytes: whole lines only.
    read: usize,
    answers: HashMap<u64, Result<Value, Value>>,
    events: VecDeque<Value>,
    _folder: TempDir,
}

impl Dialogue {
    /// Starts the client and waits until it says that it listens. `folder` is where it was told to run.
    pub(crate) async fn open(name: &str, command: &mut Command, folder: TempDir) -> Self {
        let (mut process, input) = Process::spawn_listening(name, command, folder.path());
        let talks = async |process: &Process| process.stdout().contains('\n').then_some(());
        process.ready(READY, talks).await;
        let mut dialogue = Self {
            process,
            input,
            last_id: 0,
            read: 0,
            answers: HashMap::new(),
            events: VecDeque::new(),
            _folder: folder,
        };
        dialogue.hear();
        let first = dialogue.events.pop_front();
        if first != Some(json!({ "event": "ready" })) {
            dialogue.process.fail(&format!("begins with {first:?}"));
        }
        dialogue
    }

    /// Tells the client to do something and waits for its answer. Panics when none comes.
    pub(crate) async fn ask(&mut self, what: &str, with: Value) -> Result<Value, Value> {
        self.last_id += 1;
        let id = self.last_id;
        let line = json!({ "id": id, "do": what, "with": with });
        let told = writeln!(self.input, "{line}").and_then(|()| self.input.flush());
        if let Err(error) = told {
            self.process
                .fail(&format!("does not listen ({what}: {error})"));
        }
        let answer = wait_until(ANSWER, async || {
            self.hear();
            self.answers.remove(&id)
        });
        let answer = answer.await;
        answer.unwrap_or_else(|| {
            self.process
                .fail(&format!("did not answer {line} in {ANSWER:?}"))
        })
    }

    /// The next thing that happened by itself, in order. Panics when nothing does before the deadline.
    pub(crate) async fn event(&mut self, deadline: Duration) -> Value {
        let seen = wait_until(deadline, async || {
            self.hear();
            self.events.pop_front()
        });
        let seen = seen.await;
        seen.unwrap_or_else(|| {
            self.process
                .fail(&format!("told of nothing new in {deadline:?}"))
        })
    }

    /// Everything that happened by itself and was not taken yet.
    pub(crate) fn events(&mut self) -> Vec<Value> {
        self.hear();
        self.events.drain(..).collect()
    }

    /// Ends the client at once, as pulling its plug would.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Sorts the lines that came since.
    fn hear(&mut self) {
        let said = self.process.stdout();
        let new = said.get(self.read..).unwrap_or_default();
        let whole = new.rfind('\n').map_or(0, |end| end + 1);
        for line in new[..whole].lines() {
            let Ok(mut line) = serde_json::from_str::<Value>(line) else {
                self.process
                    .fail(&format!("printed {line:?}, which is no JSON"));
            };
            match line["id"].as_u64() {
                None => self.events.push_back(line),
                Some(id) => {
                    let answer = match line.get_mut("error") {
                        Some(error) => Err(error.take()),
                        None => Ok(line["ok"].take()),
                    };
                    self.answers.insert(id, answer);
                }
            }
        }
        self.read += whole;
    }
}
