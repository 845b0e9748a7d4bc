//! Files of keys and values, line by line: the configuration of the SSH server, INI files, `.env` files, and lines of words.

mod dotenv;
mod ini;
mod sshd;
mod words;

pub use dotenv::DOTENV;
pub use ini::INI;
pub use sshd::SSHD_CONFIG;
pub use words::{PG_HBA, SUDOERS, WORDS, ZONE};
