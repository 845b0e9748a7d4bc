//! A word on standard error when a run takes longer than a person waits for without one.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a run may take before a word is said.
const PATIENCE: Duration = Duration::from_millis(500);

/// While this lives, the run is going on.
pub struct Progress {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to wait; says nothing where standard error is no terminal.
    pub fn start(what: String) -> Progress {
        if !std::io::stderr().is_terminal() {
            return Progress { done: None, thread: None };
        }
        let (done, wait) = channel();
        let thread = std::thread::spawn(move || {
            let mut shown = false;
            while wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                if !shown {
                    shown = true;
                    let _ = write!(std::io::stderr(), "{what} …");
                }
            }
            if shown {
                let _ = write!(std::io::stderr(), "\r\x1b[2K");
            }
        });
        Progress { done: Some(done), thread: Some(thread) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.take();
        if let Some(thread) = self.thread.take() {
            // The thread ends as soon as the channel closes; a panic in it would only lose the word it says.
            let _ = thread.join();
        }
    }
}
