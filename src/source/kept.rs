//! What was made of contents, kept for the next workspace over the same paths.

use std::collections::HashMap;
use std::sync::Mutex;

use super::FileId;

/// An id of a content: equal ids mean equal bytes.
pub type Identity = [u8; 20];

/// Values by file and content. What was not asked for between two turns is dropped, so that there is never more than two
/// workspaces need.
#[derive(Debug)]
pub struct Kept<T> {
    values: Mutex<Values<T>>,
}

#[derive(Debug)]
struct Values<T> {
    young: HashMap<(FileId, Identity), T>,
    old: HashMap<(FileId, Identity), T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept { values: Mutex::new(Values { young: HashMap::new(), old: HashMap::new() }) }
    }
}

impl<T: Clone> Kept<T> {
    /// The value of a file's content, made where it is not kept.
    pub fn get_or(&self, file: FileId, content: Identity, make: impl FnOnce() -> T) -> T {
        let found: Result<T, std::convert::Infallible> = self.try_get_or(file, content, || Ok(make()));
        match found {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    /// The value of a file's content, made where it is not kept. What cannot be made is not kept.
    pub fn try_get_or<E>(&self, file: FileId, content: Identity, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let key = (file, content);
        if let Some(known) = self.known(key) {
            return Ok(known);
        }
        let value = make()?;
        if let Ok(mut values) = self.values.lock() {
            values.young.insert(key, value.clone());
        }
        Ok(value)
    }

    fn known(&self, key: (FileId, Identity)) -> Option<T> {
        let mut values = self.values.lock().ok()?;
        if let Some(known) = values.young.get(&key) {
            return Some(known.clone());
        }
        let known = values.old.remove(&key)?;
        values.young.insert(key, known.clone());
        Some(known)
    }

    /// Ends the time of one workspace.
    pub fn turn(&self) {
        if let Ok(mut values) = self.values.lock() {
            values.old = std::mem::take(&mut values.young);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_each_time_is_made_once() {
        let kept = Kept::default();
        let mut made = Vec::new();
        for turn in 0..4 {
            let _: u8 = kept.get_or(FileId(0), [1; 20], || {
                made.push((turn, 0));
                0
            });
            if turn != 1 && turn != 2 {
                let _: u8 = kept.get_or(FileId(1), [1; 20], || {
                    made.push((turn, 1));
                    1
                });
            }
            kept.turn();
        }
        assert_eq!(made, [(0, 0), (0, 1), (3, 1)]);
    }
}
