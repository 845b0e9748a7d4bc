//! The types of values, and the one-line grammar in which tables write them.
//!
//! `s` text, `n` number, `b` boolean, `a` anything; `s<A|B>` one of some texts; `[T` a list, `{T` a map with any keys, `(…)` an
//! object with the fields `name:type` or, where a field has to be there, `name!:type`, separated by blanks or line ends; `name*`
//! stands for all names that begin so. `(…)` written with the ellipsis itself is an object that is told elsewhere and may hold
//! anything here.

/// Deepest nesting that is read; what lies deeper may be anything.
const MAX_DEPTH: usize = 40;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text, which may be JSON inside.
    Text,
    /// One of some texts.
    Choice(Vec<&'static str>),
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// Anything: nobody says what.
    Any,
    /// A list.
    List(Box<Type>),
    /// A map with keys of the user's.
    Map(Box<Type>),
    /// A block or object.
    Object(Vec<Field>),
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// Its type.
    pub ty: Type,
}

impl Type {
    /// Reads a type. Total: what is no type may be anything.
    pub fn read(text: &'static str) -> Type {
        Reader { text, at: 0 }.ty(0)
    }

    /// Reads the fields of an object, written without the parentheses.
    pub fn object(text: &'static str) -> Type {
        Type::Object(Reader { text, at: 0 }.fields(0))
    }

    /// The fields, where it is an object or a list of them.
    pub fn fields(&self) -> &[Field] {
        match self {
            Type::Object(fields) => fields,
            Type::List(item) => item.fields(),
            _ => &[],
        }
    }

    /// The field of a name, of an object or of the objects of a list.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let of_prefix = |field: &&Field| field.name.strip_suffix('*').is_some_and(|prefix| name.starts_with(prefix));
        let fields = self.fields();
        fields.iter().find(|field| field.name == name).or_else(|| fields.iter().find(of_prefix))
    }

    /// Whether it is a block or object, or a list of them.
    pub fn is_block(&self) -> bool {
        match self {
            Type::Object(_) => true,
            Type::List(item) => item.is_block(),
            _ => false,
        }
    }

    /// What it is called in a sentence.
    pub fn word(&self) -> String {
        match self {
            Type::Text => "text".to_owned(),
            Type::Choice(choices) => format!("one of {}", choices.join(", ")),
            Type::Number => "number".to_owned(),
            Type::Bool => "true or false".to_owned(),
            Type::Any => "anything".to_owned(),
            Type::List(item) => format!("list of {}", item.plural()),
            Type::Map(item) => format!("map of {}", item.plural()),
            Type::Object(_) => "object".to_owned(),
        }
    }

    fn plural(&self) -> String {
        match self {
            Type::Text | Type::Choice(_) => "texts".to_owned(),
            Type::Number => "numbers".to_owned(),
            Type::Bool => "truths".to_owned(),
            Type::Any => "anything".to_owned(),
            Type::List(_) => "lists".to_owned(),
            Type::Map(_) => "maps".to_owned(),
            Type::Object(_) => "objects".to_owned(),
        }
    }
}

struct Reader {
    text: &'static str,
    at: usize,
}

impl Reader {
    fn rest(&self) -> &'static str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        self.at += if found { prefix.len() } else { 0 };
        found
    }

    fn ty(&mut self, depth: usize) -> Type {
        if depth > MAX_DEPTH {
            self.at = self.text.len();
            return Type::Any;
        }
        if self.take("(…)") {
            Type::Any
        } else if self.take("(") {
            let fields = self.fields(depth + 1);
            self.take(")");
            Type::Object(fields)
        } else if self.take("[") {
            Type::List(Box::new(self.ty(depth + 1)))
        } else if self.take("{") {
            Type::Map(Box::new(self.ty(depth + 1)))
        } else if self.take("s<") {
            let end = self.rest().find('>').unwrap_or(self.rest().len());
            let choices = self.rest().get(..end).unwrap_or("").split('|').collect();
            self.at += end;
            self.take(">");
            Type::Choice(choices)
        } else if self.take("s") {
            Type::Text
        } else if self.take("n") {
            Type::Number
        } else if self.take("b") {
            Type::Bool
        } else {
            self.take("a");
            Type::Any
        }
    }

    fn fields(&mut self, depth: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            let rest = self.rest();
            let Some(colon) =
                rest.find([':', ')']).filter(|colon| rest.get(*colon..).is_some_and(|rest| rest.starts_with(':')))
            else {
                break;
            };
            let name = rest.get(..colon).unwrap_or("");
            self.at += colon + 1;
            let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
            let before = self.at;
            fields.push(Field { name, required, ty: self.ty(depth) });
            if self.at == before && !self.rest().starts_with([' ', '\n', ')']) {
                break;
            }
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read() {
        for (text, word) in [
            ("s", "text"),
            ("s<A|B>", "one of A, B"),
            ("[{s", "list of maps"),
            ("(a:s)", "object"),
            ("(…)", "anything"),
            ("", "anything"),
        ] {
            assert_eq!(Type::read(text).word(), word, "{text}");
        }
    }

    #[test]
    fn fields_are_found_in_objects_and_lists_of_them() {
        let ty = Type::object("a!:[(b:n c:(d:s<X|Y> e:(…)) f:[s) g:b");
        let names: Vec<_> = ty.fields().iter().map(|field| (field.name, field.required)).collect();
        assert_eq!(names, [("a", true), ("g", false)]);
        let inner = &ty.field("a").unwrap().ty;
        assert!(inner.is_block());
        assert_eq!(inner.field("c").unwrap().ty.field("d").unwrap().ty, Type::Choice(vec!["X", "Y"]));
        assert_eq!(inner.field("c").unwrap().ty.field("e").unwrap().ty, Type::Any);
        assert_eq!(inner.field("f").unwrap().ty, Type::List(Box::new(Type::Text)));
        let own = Type::object("a:(b:n\n  x-*:b)\nx-*:s\n");
        assert_eq!(own.field("x-team").unwrap().ty, Type::Text);
        assert_eq!(own.field("a").unwrap().ty.field("x-").unwrap().ty, Type::Bool);
        assert_eq!((own.field("y-team"), own.fields().len()), (None, 2));
    }

    #[test]
    fn nothing_is_too_broken() {
        for text in ["(", ")", "a:", "a:(b", "a:((((", "!:s", "a:[", "a:s<", "a b c", ":", "a:x b:s"] {
            let _ = (Type::read(text), Type::object(text));
        }
        Type::read(Box::leak("[".repeat(100_000).into_boxed_str()));
    }
}
