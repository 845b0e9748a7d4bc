//! A document for word processors: headings, paragraphs and tables on landscape A4, with the number of the page.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{PackagePart, Relation, main_relation, write_package};
use crate::report::text::xml;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// Twentieths of a point between the margins of landscape A4.
const LINE: u32 = 14_570;

/// A document that is being written.
pub struct Document {
    title: String,
    body: String,
}

impl Document {
    /// A document with its title.
    pub fn new(title: &str) -> Document {
        let mut document = Document { title: title.to_owned(), body: String::new() };
        document.paragraph("Title", title);
        document
    }

    /// Adds a heading.
    pub fn heading(&mut self, text: &str) {
        self.paragraph("Heading1", text);
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: &str) {
        self.paragraph("Normal", text);
    }

    fn paragraph(&mut self, style: &str, text: &str) {
        // Writing to a string cannot fail, here and below.
        let _ = write!(self.body, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text, false));
    }

    /// Adds a table: the head, which every page repeats, with the share of the width of each column, and the rows. A cell has a
    /// paragraph a line.
    pub fn table(&mut self, head: &[(String, u32)], rows: &[Vec<String>]) {
        let shares: u32 = head.iter().map(|(_, share)| share).sum::<u32>().max(1);
        let width = |share: u32| LINE * share / shares;
        self.body.push_str(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
        );
        for (_, share) in head {
            let _ = write!(self.body, "<w:gridCol w:w=\"{}\"/>", width(*share));
        }
        self.body.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (name, share) in head {
            self.cell(width(*share), name, true);
        }
        self.body.push_str("</w:tr>");
        for row in rows {
            self.body.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for ((_, share), text) in head.iter().zip(row) {
                self.cell(width(*share), text, false);
            }
            self.body.push_str("</w:tr>");
        }
        // What follows a table directly would grow into it.
        self.body.push_str("</w:tbl><w:p/>");
    }

    fn cell(&mut self, width: u32, text: &str, is_head: bool) {
        let shade = if is_head { "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7EBF0\"/>" } else { "" };
        let _ = write!(self.body, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}</w:tcPr>");
        for line in text.split('\n') {
            let _ = write!(self.body, "<w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr>{}</w:p>", run(line, is_head));
        }
        self.body.push_str("</w:tc>");
    }

    /// Writes the document.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let part = |path, kind: &'static str, xml| PackagePart { path, content_type: kind, xml };
        let parts = [
            part(
                "word/document.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                self.main(),
            ),
            part(
                "word/styles.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml",
                styles(),
            ),
            part(
                "word/footer1.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml",
                footer(&self.title),
            ),
        ];
        let beside = vec![
            Relation { id: "rId1", kind: "styles", target: "styles.xml".to_owned() },
            Relation { id: "rId2", kind: "footer", target: "footer1.xml".to_owned() },
        ];
        write_package(out, &parts, &[main_relation("word/document.xml"), ("word/_rels/document.xml.rels", beside)])
    }

    fn main(&self) -> String {
        format!(
            "<w:document xmlns:w=\"{WORD}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><w:body>{}\
             <w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>\
             <w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
             </w:sectPr></w:body></w:document>",
            self.body
        )
    }
}

fn run(text: &str, bold: bool) -> String {
    let bold = if bold { "<w:rPr><w:b/></w:rPr>" } else { "" };
    format!("<w:r>{bold}<w:t xml:space=\"preserve\">{}</w:t></w:r>", xml(text))
}

fn styles() -> String {
    let style = |id: &str, name: &str, properties: &str| {
        format!("<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>{properties}</w:style>")
    };
    let size = |half_points: u32| format!("<w:sz w:val=\"{half_points}\"/>");
    let spaced = |before: u32, after: u32| format!("<w:spacing w:before=\"{before}\" w:after=\"{after}\"/>");
    let border = |side: &str| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"A0A6AE\"/>");
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(border).concat();
    format!(
        "<w:styles xmlns:w=\"{WORD}\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Calibri\" w:hAnsi=\"Calibri\" \
         w:cs=\"Calibri\"/><w:sz w:val=\"20\"/><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault></w:docDefaults>{}{}{}{}\
         <w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>{borders}</w:tblBorders>\
         <w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>",
        style("Normal", "Normal", &format!("<w:pPr>{}</w:pPr>", spaced(0, 80))),
        style("Title", "Title", &format!("<w:pPr>{}</w:pPr><w:rPr><w:b/>{}</w:rPr>", spaced(0, 160), size(36))),
        style(
            "Heading1",
            "heading 1",
            &format!(
                "<w:pPr><w:keepNext/>{}<w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:b/>{}</w:rPr>",
                spaced(280, 100),
                size(26)
            )
        ),
        style("Cell", "Cell", &format!("<w:pPr>{}</w:pPr><w:rPr>{}</w:rPr>", spaced(20, 20), size(16))),
    )
}

fn footer(title: &str) -> String {
    let field = |name: &str| format!("<w:fldSimple w:instr=\" {name} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>");
    format!(
        "<w:ftr xmlns:w=\"{WORD}\"><w:p><w:pPr><w:pStyle w:val=\"Cell\"/><w:tabs><w:tab w:val=\"right\" w:pos=\"{LINE}\"/></w:tabs></w:pPr>{}\
         <w:r><w:tab/></w:r>{}{}{}</w:p></w:ftr>",
        run(title, false),
        field("PAGE"),
        run(" / ", false),
        field("NUMPAGES")
    )
}
