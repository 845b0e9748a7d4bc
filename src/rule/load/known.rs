//! Rules held against what their kinds can hold: a path that nothing can have would never match, which nobody would notice.
//!
//! The loader carries where it is: the types that the node may have whose condition it reads. A path leads from there on, and
//! what it leads to is where a nested condition is read. What may be anything is never refused.

use super::Loader;
use super::twin::Spelling;
use crate::dialect::{Kinds, shape};
use crate::lower::nearest;
use crate::rule::KindPattern;
use crate::rule::fault::What;
use crate::rule::kind::MARKS;
use crate::rule::path::{Path, Start, Step};
use crate::schema::{self, Shape, Type};
use crate::source::Span;

/// Most types that a path is followed through; more may be anything.
const MAX_TYPES: usize = 20_000;

/// Where the loader is in what resources can hold.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// The resources of the kinds in question.
    roots: Vec<Type>,
    /// The node that is asked about.
    here: Vec<Type>,
    /// The resources that ask about linked ones, in `with`.
    asking: Option<Vec<Type>>,
    /// What any map may have.
    everywhere: Vec<&'static str>,
    /// How paths are spelt, where that is not as they are written.
    pub(super) spelling: Option<Spelling>,
}

impl Base {
    /// A place of which nothing is known.
    pub(super) fn any() -> Base {
        Base { roots: vec![Type::Any], here: vec![Type::Any], asking: None, everywhere: Vec::new(), spelling: None }
    }

    fn of(shapes: Vec<Shape>) -> Base {
        let everywhere = shapes.iter().flat_map(|shape| shape.everywhere.iter().copied()).collect();
        let roots: Vec<Type> = shapes.into_iter().map(|shape| shape.root).collect();
        Base { here: roots.clone(), roots, asking: None, everywhere, spelling: None }
    }

    /// The same for what another place asks about.
    pub(super) fn asked_from(self, other: &Base) -> Base {
        Base { asking: Some(other.roots.clone()), ..self }
    }

    /// What a path leads to; the error is the step that nothing has, and what there is instead.
    fn follow(&self, path: &Path) -> Result<Vec<Type>, Miss> {
        let mut types = match path.start() {
            Start::Here => self.here.clone(),
            Start::Resource => self.roots.clone(),
            Start::Asking => self.asking.clone().ok_or_else(|| Miss {
                word: "@asking".to_owned(),
                help: "it is there in `with` of a link".to_owned(),
            })?,
            Start::Test => return Ok(vec![Type::Bool]),
            Start::Measure => return Ok(vec![Type::Any]),
            Start::Address | Start::Kind | Start::Name | Start::Key | Start::File | Start::Deployment => {
                return Ok(vec![Type::Text]);
            }
        };
        for step in path.steps() {
            let next: Vec<Type> = types.iter().flat_map(|ty| self.step(ty, step)).collect();
            if next.is_empty() {
                return Err(self.miss(&types, step));
            }
            types = if next.len() > MAX_TYPES { vec![Type::Any] } else { next };
        }
        Ok(types)
    }

    fn step(&self, ty: &Type, step: &Step) -> Vec<Type> {
        match (step, ty) {
            // A text may be JSON inside.
            (_, Type::Any | Type::Text) => vec![Type::Any],
            (Step::Key(key), _) => self.key(ty, key),
            (Step::Item(_), Type::List(item)) => vec![(**item).clone()],
            // A block that may stand once may be written like one that is repeated.
            (Step::Item(_), Type::Object(_)) => vec![ty.clone()],
            (Step::Any, Type::List(item) | Type::Map(item)) => vec![(**item).clone(), ty.clone()],
            (Step::Any, Type::Object(fields)) => {
                fields.iter().map(|field| field.ty.clone()).chain([ty.clone()]).collect()
            }
            (Step::Deep, _) => {
                let mut all = Vec::new();
                below(ty, &mut all);
                all
            }
            (Step::Item(_), Type::Map(_)) | (_, Type::Choice(_) | Type::Number | Type::Bool) => Vec::new(),
        }
    }

    fn key(&self, ty: &Type, key: &str) -> Vec<Type> {
        match ty {
            Type::List(item) => match self.key(item, key) {
                found if found.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) => vec![(**item).clone()],
                found => found,
            },
            Type::Map(item) => vec![(**item).clone()],
            Type::Any | Type::Text => vec![Type::Any],
            Type::Object(_) => match ty.field(key) {
                Some(field) => vec![field.ty.clone()],
                None if self.everywhere.contains(&key) => vec![Type::Any],
                None if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()) => vec![ty.clone()],
                None => Vec::new(),
            },
            Type::Choice(_) | Type::Number | Type::Bool => Vec::new(),
        }
    }

    fn miss(&self, types: &[Type], step: &Step) -> Miss {
        let word = match step {
            Step::Key(key) => key.to_string(),
            Step::Item(at) => format!("[{at}]"),
            Step::Any => "*".to_owned(),
            Step::Deep => "**".to_owned(),
        };
        let names = types.iter().flat_map(|ty| ty.fields().iter().map(|field| field.name));
        let mut names: Vec<&'static str> = names.filter(|name| !name.ends_with('*')).collect();
        names.sort_unstable();
        names.dedup();
        let near = nearest(&word, names.iter().copied().chain(self.everywhere.iter().copied()));
        let help = match (near, names.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => {
                format!("there is {}, and nothing below it", types.first().map_or("nothing".to_owned(), Type::word))
            }
            (None, names) if names.len() <= 24 => format!("there is {}", names.join(", ")),
            (None, names) => format!("none of the {} names there is near", names.len()),
        };
        Miss { word, help }
    }
}

/// A step of a path that leads nowhere.
struct Miss {
    word: String,
    help: String,
}

/// A type and all that lies below it.
fn below(ty: &Type, all: &mut Vec<Type>) {
    all.push(ty.clone());
    match ty {
        Type::List(item) | Type::Map(item) => below(item, all),
        Type::Object(fields) => fields.iter().for_each(|field| below(&field.ty, all)),
        _ => {}
    }
}

impl Loader<'_> {
    /// Where the resources of some kinds are judged. A kind that nothing has is refused.
    pub(super) fn base_of(&mut self, kinds: &[KindPattern], span: Span) -> Base {
        if !self.strict {
            return Base::any();
        }
        let mut shapes = Vec::new();
        for kind in kinds {
            if kind.is_glob() {
                shapes.extend(self.matched(kind, span));
                continue;
            }
            let shape = shape::of(self.dialects, &kind.text).unwrap_or_else(|near| {
                let help =
                    near.map_or("no table of its provider has it".to_owned(), |near| format!("did you mean `{near}`?"));
                self.refuse(span, What::UnknownKind(kind.text.to_string()), help);
                Shape::any()
            });
            shapes.push(shape);
        }
        if shapes.is_empty() { Base::any() } else { Base::of(shapes) }
    }

    /// The shapes of the kinds that a glob matches.
    fn matched(&mut self, pattern: &KindPattern, span: Span) -> Vec<Shape> {
        let plain = pattern.text.split(MARKS).next().unwrap_or("");
        let mut shapes = Vec::new();
        for dialect in self.dialects {
            if let Kinds::Closed(kinds) = dialect.kinds {
                let whole = kinds.iter().map(|kind| format!("{}/{kind}", dialect.name));
                let matched: Vec<String> = whole.filter(|kind| pattern.matches(kind)).collect();
                shapes.extend(matched.iter().filter_map(|kind| shape::of(self.dialects, kind).ok()));
            }
        }
        if !shapes.is_empty() {
            return shapes;
        }
        if !schema::is_listed(plain) {
            return vec![Shape::any()];
        }
        let kinds = schema::kinds_where(plain, |kind| pattern.matches(kind));
        if kinds.is_empty() {
            self.refuse(span, What::UnknownKind(pattern.text.to_string()), "no kind of its provider matches");
        }
        kinds.into_iter().filter_map(|kind| shape::of(self.dialects, kind).ok()).collect()
    }

    /// Refuses paths that nothing has where the loader is; what they lead to is where a condition on it is read.
    pub(super) fn led(&mut self, paths: &[Path], span: Span) -> Base {
        self.led_from(&self.base.clone(), paths, span)
    }

    /// The same of our side of a link, which is looked for at the judged node and then at the resource.
    pub(super) fn led_either(&mut self, path: &Path, span: Span) {
        let here = self.base.here.iter().chain(&self.base.roots).cloned().collect();
        let base = Base { here, ..self.base.clone() };
        self.led_from(&base, std::slice::from_ref(path), span);
    }

    /// The same from a place that is given.
    pub(super) fn led_from(&mut self, base: &Base, paths: &[Path], span: Span) -> Base {
        let spelling = match (&base.spelling, paths) {
            (Some(spelling), [path]) => Some(spelling.at(path.text())),
            // What stands at one of several paths has no name of its own below it.
            (spelling, _) => spelling.clone(),
        };
        if !self.strict {
            return Base { spelling, ..Base::any() };
        }
        let mut here = Vec::new();
        for path in paths {
            match base.follow(path) {
                Ok(types) => here.extend(types),
                Err(Miss { word, help }) => {
                    self.refuse(span, What::UnknownPath(path.text().to_owned(), word), help);
                    here.push(Type::Any);
                }
            }
        }
        // What is asked of a list is asked of its items.
        Base { here, spelling, ..base.clone() }
    }

    /// Reads something of another place than the loader is at.
    pub(super) fn within<T>(&mut self, base: Base, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.base, base);
        let value = read(self);
        self.base = before;
        value
    }
}
