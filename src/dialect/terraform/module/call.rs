//! Module calls, and where their sources are.

use std::rc::Rc;
use std::sync::Arc;

use super::{Caller, DEEPEST_CALL, Instance, MOST_INSTANCES, World};
use crate::dialect::terraform::declarations::{Declarations, join, source_of};
use crate::dialect::terraform::eval::Bindings;
use crate::dialect::terraform::expand::{self, Expansion, Key};
use crate::document::{Problem, Step};
use crate::syntax::hcl::ast::Block;

impl<'c> World<'c> {
    /// The modules that a call makes, with their keys.
    pub fn called(&self, instance: &Rc<Instance<'c>>, name: &Arc<str>, call: &'c Block) -> Vec<(Key, Option<usize>)> {
        let address = format!("module.{name}");
        match &*self.expansion(instance, &address, call) {
            Expansion::Once => vec![(Key::None, self.child(instance, name, call, Key::None, Bindings::default()))],
            Expansion::Count(count) => (0..*count)
                .map(|at| (Key::Number(at), self.child(instance, name, call, Key::Number(at), expand::counted(at))))
                .collect(),
            Expansion::Each(pairs) => pairs
                .iter()
                .map(|(key, value)| {
                    let bindings = expand::keyed(key, value);
                    let key = Key::Text(Arc::clone(key));
                    (key.clone(), self.child(instance, name, call, key, bindings))
                })
                .collect(),
            Expansion::Open(cause) => {
                let bindings = expand::open(call, cause);
                vec![(Key::None, self.child(instance, name, call, Key::None, bindings))]
            }
        }
    }

    /// The module of a call, made on first use; none when its sources are not there.
    fn child(
        &self,
        instance: &Rc<Instance<'c>>,
        name: &Arc<str>,
        call: &'c Block,
        key: Key,
        bindings: Bindings,
    ) -> Option<usize> {
        let cached = instance.children.borrow().get(&(Arc::clone(name), key.clone())).copied();
        if let Some(found) = cached {
            return found;
        }
        let made = self.make(instance, name, call, &key, bindings);
        instance.children.borrow_mut().insert((Arc::clone(name), key), made);
        made
    }

    fn make(
        &self,
        instance: &Rc<Instance<'c>>,
        name: &Arc<str>,
        call: &'c Block,
        key: &Key,
        bindings: Bindings,
    ) -> Option<usize> {
        let declarations = match self.sources(instance, name, call) {
            Ok(declarations) => declarations,
            Err(reason) => {
                let path = self.corpus.workspace.path(call.header.file);
                let message = format!("module call `{name}` is not followed: {reason}");
                self.tell(
                    Problem::notice("terraform::module", path, Some(call.header), message)
                        .help("run `terraform init` before the scan to have its sources under .terraform/modules"),
                );
                return None;
            }
        };
        let address = format!("module.{name}");
        let condition = match &*self.expansion(instance, &address, call) {
            Expansion::Open(cause) => cause.as_unknown().map(|unknown| Arc::new(unknown.clone())),
            _ => None,
        };
        let mut steps = vec![Step { span: call.header, what: Arc::from(format!("module call `{name}`")) }];
        steps.extend(instance.trail.iter().flat_map(|trail| trail.iter().cloned()));
        let prefix = format!("{}{address}{key}.", instance.prefix);
        let caller = Caller { instance: instance.id, call, bindings };
        let condition = condition.or_else(|| instance.condition.clone());
        Some(self.add(declarations, prefix, Some(caller), condition, Some(Arc::new(steps))))
    }

    /// The declarations that a call names, or why they are not there.
    fn sources(&self, instance: &Rc<Instance<'c>>, name: &Arc<str>, call: &Block) -> Result<&'c Declarations, String> {
        if instance.depth >= DEEPEST_CALL || self.instances.borrow().len() >= MOST_INSTANCES {
            return Err("there are more module calls than the limit here".into());
        }
        let Some(source) = source_of(call) else { return Err("its source is not plain text".into()) };
        let installed = || {
            let key = self.call_path(instance, name);
            self.given.installed(&key).and_then(|directory| self.library.get(directory))
        };
        let local = source.starts_with("./") || source.starts_with("../") || source == "." || source == "..";
        if !local {
            return installed().ok_or_else(|| format!("`{source}` is not in the repository"));
        }
        let directory = join(&instance.declarations.directory, source);
        let found = directory.as_deref().and_then(|directory| self.library.get(directory));
        if found.is_some_and(|found| self.is_within(instance, found)) {
            return Err("the module calls itself".into());
        }
        found.ok_or_else(|| format!("there is no module in `{source}`"))
    }

    /// Whether a module is one of these declarations, or is called from it.
    fn is_within(&self, instance: &Rc<Instance<'c>>, declarations: &Declarations) -> bool {
        let mut at = Some(Rc::clone(instance));
        while let Some(instance) = at {
            if std::ptr::eq(instance.declarations, declarations) {
                return true;
            }
            at = instance.parent.as_ref().and_then(|caller| self.instance(caller.instance));
        }
        false
    }

    /// The names of the calls that lead to a call, with dots, as `modules.json` keys them.
    fn call_path(&self, instance: &Rc<Instance<'c>>, name: &str) -> String {
        let mut names = vec![name.to_owned()];
        let mut up = instance.parent.as_ref().map(|caller| (caller.instance, caller.call));
        while let Some((id, call)) = up {
            names.push(call.labels.first().map_or_else(String::new, |label| label.text.to_string()));
            up = self.instance(id).and_then(|up| up.parent.as_ref().map(|caller| (caller.instance, caller.call)));
        }
        names.reverse();
        names.join(".")
    }

    /// `path.module`: the way from the root module to a module.
    pub fn module_path(&self, instance: &Rc<Instance<'c>>) -> String {
        relative(self.working_directory(), &instance.declarations.directory)
    }
}

/// The path from one directory to another, as Terraform writes `path.module`.
pub fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(String::from).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let path: Vec<String> = up.chain(to.into_iter().skip(common)).collect();
    if path.is_empty() { ".".into() } else { path.join("/") }
}
