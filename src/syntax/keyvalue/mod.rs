//! Files of keys and values, line by line: the configuration of the SSH server, INI files, and `.env` files.

mod dotenv;
mod ini;
mod sshd;

pub use dotenv::DOTENV;
pub use ini::INI;
pub use sshd::SSHD_CONFIG;
