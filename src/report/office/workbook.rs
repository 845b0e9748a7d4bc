//! A workbook for spreadsheets: sheets with a head that stays in sight and filters. Every cell is text, so nothing is taken for a
//! formula, a number or a day.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{PackagePart, Relation, main_relation, write_package};
use crate::report::text::xml;

const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Most characters of a cell.
const MAX_CELL: usize = 32_767;

/// The height of a line, in points.
const LINE: usize = 13;

/// The height that a row has at most, in points.
const MAX_HEIGHT: usize = 409;

/// The paths of sheets, and the ids by which the workbook names them: so many a workbook may have.
const PLACES: [(&str, &str); 4] = [
    ("xl/worksheets/sheet1.xml", "rId1"),
    ("xl/worksheets/sheet2.xml", "rId2"),
    ("xl/worksheets/sheet3.xml", "rId3"),
    ("xl/worksheets/sheet4.xml", "rId4"),
];

/// A sheet: its name, its columns with their widths in characters, and its rows.
pub struct WorkSheet {
    /// Its name.
    pub name: String,
    /// The head.
    pub head: Vec<(String, u32)>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Writes a workbook of up to four sheets.
pub fn write(out: &mut dyn Write, sheets: &[WorkSheet]) -> io::Result<()> {
    let mut parts = vec![PackagePart {
        path: "xl/workbook.xml",
        content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        xml: workbook(sheets),
    }];
    let mut beside = Vec::new();
    for (sheet, (path, id)) in sheets.iter().zip(PLACES) {
        let target = path.trim_start_matches("xl/").to_owned();
        beside.push(Relation { id, kind: "worksheet", target });
        parts.push(PackagePart {
            path,
            content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
            xml: worksheet(sheet),
        });
    }
    beside.push(Relation { id: "rId9", kind: "styles", target: "styles.xml".to_owned() });
    parts.push(PackagePart {
        path: "xl/styles.xml",
        content_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
        xml: styles(),
    });
    write_package(out, &parts, &[main_relation("xl/workbook.xml"), ("xl/_rels/workbook.xml.rels", beside)])
}

/// The sheets and, for each, the range that its filter is over.
fn workbook(sheets: &[WorkSheet]) -> String {
    let mut text = format!(
        "<workbook xmlns=\"{SHEET}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
    );
    for (number, (sheet, (_, id))) in sheets.iter().zip(PLACES).enumerate() {
        // Writing to a string cannot fail, here and below.
        let _ = write!(text, "<sheet name=\"{}\" sheetId=\"{}\" r:id=\"{id}\"/>", xml(&sheet.name), number + 1);
    }
    text.push_str("</sheets><definedNames>");
    for (number, sheet) in sheets.iter().enumerate() {
        let _ = write!(
            text,
            "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"{number}\">'{}'!$1:$1</definedName>",
            xml(&sheet.name)
        );
    }
    text + "</definedNames></workbook>"
}

fn worksheet(sheet: &WorkSheet) -> String {
    let mut text = format!(
        "<worksheet xmlns=\"{SHEET}\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\"><pane \
         ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
    );
    for (number, (_, width)) in sheet.head.iter().enumerate() {
        let _ = write!(text, "<col min=\"{0}\" max=\"{0}\" width=\"{width}\" customWidth=\"1\"/>", number + 1);
    }
    text.push_str("</cols><sheetData>");
    let head: Vec<String> = sheet.head.iter().map(|(name, _)| name.clone()).collect();
    row(&mut text, 1, &head, &sheet.head, 1);
    for (number, cells) in sheet.rows.iter().enumerate() {
        row(&mut text, number + 2, cells, &sheet.head, 2);
    }
    let last = format!("{}{}", column(sheet.head.len().saturating_sub(1)), sheet.rows.len() + 1);
    let _ = write!(
        text,
        "</sheetData><autoFilter ref=\"A1:{last}\"/><pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.5\" header=\"0.3\" \
         footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\" fitToWidth=\"1\" fitToHeight=\"0\"/></worksheet>"
    );
    text
}

fn row(text: &mut String, number: usize, cells: &[String], head: &[(String, u32)], style: u8) {
    let _ = write!(text, "<row r=\"{number}\" ht=\"{}\" customHeight=\"1\">", height(cells, head));
    for (place, cell) in cells.iter().enumerate() {
        let cell: String = cell.chars().take(MAX_CELL).collect();
        let _ = write!(
            text,
            "<c r=\"{}{number}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            column(place),
            xml(&cell)
        );
    }
    text.push_str("</row>");
}

/// The height of a row in points, so that all lines of its cells are seen: not every program works that out when it opens a file.
fn height(cells: &[String], head: &[(String, u32)]) -> usize {
    let lines_of = |cell: &String, width: u32| -> usize {
        // Words do not fill a line to its end.
        let width = usize::try_from(width).unwrap_or(1).saturating_mul(9) / 10;
        cell.split('\n').map(|line| line.chars().count().div_ceil(width.max(1)).max(1)).sum()
    };
    let lines = cells.iter().zip(head).map(|(cell, (_, width))| lines_of(cell, *width)).max().unwrap_or(1);
    lines.saturating_mul(LINE).saturating_add(3).min(MAX_HEIGHT)
}

/// `A`, … `Z`, `AA`, …
fn column(place: usize) -> String {
    let mut rest = place + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.into_iter().rev().collect()
}

fn styles() -> String {
    let aligned = "<alignment vertical=\"top\" wrapText=\"1\"/>";
    format!(
        "<styleSheet xmlns=\"{SHEET}\"><fonts count=\"2\"><font><sz val=\"10\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"10\"/><name \
         val=\"Calibri\"/></font></fonts><fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
         patternType=\"gray125\"/></fill><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE7EBF0\"/></patternFill></fill></fills><borders \
         count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" \
         fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" \
         xfId=\"0\"/><xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" \
         applyAlignment=\"1\">{aligned}</xf><xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" \
         applyAlignment=\"1\">{aligned}</xf></cellXfs></styleSheet>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_high_as_their_longest_cell() {
        let head = [("a", 10), ("b", 20)].map(|(name, width)| (String::from(name), width));
        for (cells, height_of) in [(["x", "y"], 16), (["123456789 12", "y"], 29), (["x", "a\nb\nc"], 42)] {
            assert_eq!(height(&cells.map(str::to_owned), &head), height_of, "{cells:?}");
        }
        assert_eq!(height(&["x".repeat(100_000), String::new()], &head), MAX_HEIGHT);
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(column), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
