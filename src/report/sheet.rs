//! Tables for spreadsheets: CSV as RFC 4180 has it, in which no cell is taken for a formula.

use std::io::{self, Write};

use super::text::visible;

/// A table that is being written.
pub struct Sheet<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> Sheet<W> {
    /// A table with its head.
    pub fn new(out: W, head: &[&str]) -> io::Result<Sheet<W>> {
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut sheet = Sheet { writer };
        sheet.row(head)?;
        Ok(sheet)
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) -> io::Result<()> {
        self.writer.write_record(cells.iter().map(|cell| cell_of(cell.as_ref()))).map_err(io::Error::other)
    }

    /// Writes what is left.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A text as it may stand in a cell: what a spreadsheet would take for a formula gets an apostrophe before it.
fn cell_of(text: &str) -> String {
    let text = visible(text.trim());
    if text.starts_with(['=', '+', '-', '@', '\t', '|', '%', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut bytes = Vec::new();
        let mut sheet = Sheet::new(&mut bytes, &["a", "b"]).unwrap();
        sheet.row(&["=cmd|' /C calc'!A0", "x, \"y\"\nz"]).unwrap();
        sheet.row(&["-1", " @SUM(1)"]).unwrap();
        sheet.row(&["", "8\u{1b}[2J\r\n"]).unwrap();
        sheet.finish().unwrap();
        assert_eq!(
            String::from_utf8(bytes).unwrap(),
            "a,b\r\n'=cmd|' /C calc'!A0,\"x, \"\"y\"\"\nz\"\r\n'-1,'@SUM(1)\r\n,8␛[2J\r\n"
        );
    }
}
