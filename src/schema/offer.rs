//! What a dialect offers to rules beside what its files write, and what its files can write.

use super::Type;

/// What the resources of some kinds of a dialect hold.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The kinds, without the dialect's name; `*` is every kind.
    pub kinds: &'static [&'static str],
    /// What else can stand in them.
    pub written: Written,
    /// What the dialect adds.
    pub views: &'static [View],
}

/// What can stand in a resource beside the views of its dialect.
#[derive(Clone, Copy, Debug)]
pub enum Written {
    /// Nothing: the views are all.
    Nothing,
    /// What the format has, in the grammar of [`Type::object`].
    Keys(&'static str),
    /// What the packed table of the kind says.
    Table,
    /// What this function says of a kind.
    Made(fn(kind: &str) -> Type),
    /// Anything: the files have keys of their authors'.
    Anything,
}

/// Something that rules can ask for by name.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its path, keys joined by dots; `**.` at the beginning stands for any depth.
    pub path: &'static str,
    /// Its type in the grammar of [`Type::read`]; `=a.b` is the type of what stands at another path.
    pub ty: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// An example of its value.
    pub example: &'static str,
    /// The path at which users write it, for messages about what is missing; that of `=a.b` is `a.b` unless it is set.
    pub written: Option<&'static str>,
}

impl View {
    /// The view with the path at which users write it.
    #[must_use]
    pub const fn written(self, path: &'static str) -> View {
        View { written: Some(path), ..self }
    }

    /// The path at which users write it, where there is one.
    pub fn spelling(&self) -> Option<&'static str> {
        self.written.or_else(|| self.ty.strip_prefix('='))
    }
}

/// A row of a table of views.
pub const fn view(path: &'static str, ty: &'static str, doc: &'static str, example: &'static str) -> View {
    View { path, ty, doc, example, written: None }
}

/// What rules can ask of a kind: the whole of it, and what may be asked of any map in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The resource.
    pub root: Type,
    /// What any map of it may have.
    pub everywhere: Vec<&'static str>,
}

impl Shape {
    /// What may be anything.
    pub fn any() -> Shape {
        Shape { root: Type::Any, everywhere: Vec::new() }
    }

    /// The shape of a kind (without the dialect's name) of which the packed table says `table`, with what is offered for it.
    pub fn of<'o>(kind: &str, table: &Type, offers: impl IntoIterator<Item = &'o Offer>) -> Shape {
        let mut shape: Option<Shape> = None;
        for offer in offers {
            let written = match offer.written {
                Written::Nothing => Type::Object(Vec::new()),
                Written::Keys(keys) => Type::object(keys),
                Written::Table => table.clone(),
                Written::Made(make) => make(kind),
                Written::Anything => Type::Any,
            };
            let shape = shape.get_or_insert(Shape { root: written, everywhere: Vec::new() });
            for view in offer.views {
                shape.add(view);
            }
        }
        shape.unwrap_or_else(Shape::any)
    }

    fn add(&mut self, view: &View) {
        if let Some(name) = view.path.strip_prefix("**.") {
            self.everywhere.push(name);
            return;
        }
        let ty = match view.ty.strip_prefix('=') {
            Some(path) => path.split('.').try_fold(&self.root, |ty, name| Some(&ty.field(name)?.ty)).cloned(),
            None => Some(Type::read(view.ty)),
        };
        insert(&mut self.root, view.path, ty.unwrap_or(Type::Any));
    }
}

/// Puts a type at a path of an object; what is on the way and not there becomes an object.
fn insert(root: &mut Type, path: &'static str, ty: Type) {
    let fields = match root {
        Type::Object(fields) => fields,
        Type::List(item) | Type::Map(item) => return insert(item, path, ty),
        _ => return,
    };
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let at = fields.iter().position(|field| field.name == name).unwrap_or_else(|| {
        fields.push(super::Field { name, required: false, ty: Type::Object(Vec::new()) });
        fields.len() - 1
    });
    let Some(field) = fields.get_mut(at) else { return };
    match rest {
        Some(rest) => insert(&mut field.ty, rest, ty),
        None => field.ty = ty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_stand_beside_what_is_written() {
        const VIEWS: &[View] = &[
            view("containers", "=spec.containers", "", ""),
            view("containers.role", "s", "", ""),
            view("a.b", "[n", "", ""),
            view("**.ports", "s", "", ""),
        ];
        let offer = Offer { kinds: &["*"], written: Written::Table, views: VIEWS };
        let shape = Shape::of("x", &Type::object("spec:(containers:[(image:s))"), [&offer]);
        assert_eq!(shape.everywhere, ["ports"]);
        assert_eq!(shape.root, Type::object("spec:(containers:[(image:s)) containers:[(image:s role:s) a:(b:[n)"));
        assert_eq!(Shape::of("x", &Type::Any, []), Shape::any());
    }
}
