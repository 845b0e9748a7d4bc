//! Whether a project is one that somebody develops or tests with, on a machine of their own.
//!
//! It is where one sign is certain: what variables leave open is none. A file that is named after production, or that one beside
//! it completes for production, is no such project whatever its services say.

use crate::dialect::{Corpus, file_name, has_extension, is_aside, join};
use crate::document::{Document, Node, Value};
use crate::fact::{IN_USE, image, is_developed_in};

use super::project::is_whole;

/// Words in the name of a Compose file.
const NAMED: &[&str] = &[
    "local",
    "localdev",
    "dev",
    "devel",
    "develop",
    "development",
    "debug",
    "ci",
    "test",
    "tests",
    "testing",
    "e2e",
    "cypress",
    "playwright",
    "integration",
    "azurite",
    "localstack",
    "emulator",
    "emulators",
];

/// Folders of a project that say so beside those of [`is_developed_in`], wherever they are; a dot or underscore before them does not count.
const FOLDERS: &[&str] = &["local", "dev-environment", "devcontainer", "cypress", "playwright", "ci"];

/// Folders at the top. A folder `dev` may as well stand for a server that several share.
const AT_TOP: &[&str] = &["development", "devel", "testing", "sandbox"];

/// Folders of what containers are made and started with, and those right in them.
const OF_CONTAINERS: (&[&str], &[&str]) = (
    &["docker", "compose", "docker-compose", "container", "containers"],
    &["dev", "devel", "development", "testing", "local"],
);

/// Variables in which frameworks are told what they run for, and what says that somebody develops or tests.
const MODES: (&[&str], &[&str]) = (
    &[
        "RAILS_ENV",
        "RACK_ENV",
        "NODE_ENV",
        "FLASK_ENV",
        "APP_ENV",
        "DJANGO_ENV",
        "MIX_ENV",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "HANAMI_ENV",
        "NEXT_PUBLIC_ENV",
    ],
    &["dev", "development", "local", "test", "testing"],
);

/// Variables in which a stage may be named that several share, and what is nobody's but one's own.
const STAGES: (&[&str], &[&str]) = (
    &["ENV", "ENVIRONMENT", "STAGE", "SPRING_PROFILES_ACTIVE", "QUARKUS_PROFILE", "MICRONAUT_ENVIRONMENTS"],
    &["development", "local", "localhost", "localdev"],
);

/// Stages of a Dockerfile that somebody develops in, and words in the name of one.
const TARGETS: &[&str] = &["dev", "devel", "develop", "development", "local", "debug", "test", "tests"];

/// Variables in which stores are told what their database is called.
const DATABASES: &[&str] = &[
    "POSTGRES_DB",
    "POSTGRESQL_DATABASE",
    "MYSQL_DATABASE",
    "MARIADB_DATABASE",
    "MONGO_INITDB_DATABASE",
    "COUCHDB_DATABASE",
];

/// Words in the name of a database.
const TRIED: &[&str] = &["dev", "devel", "development", "local", "test", "tests"];

/// The roles of images that stand for a service of a cloud, or catch mail, and of those that keep what programs hand them.
const EMULATOR: &str = "emulator";
const STORE: &str = "store";

/// Official images that bring the tools of a language, with which sources are built and run.
const LANGUAGES: &[&str] =
    &["bun", "deno", "elixir", "golang", "gradle", "maven", "node", "python", "ruby", "rust", "sbt", "swift"];

/// Words in the path of what an image is built of that stands for a service of others.
const STANDS_FOR: &[&str] = &["mock", "mocks", "wiremock"];

/// What the sources of a program are told by, and the ends of the names of others that do.
const MANIFESTS: (&[&str], &[&str]) = (
    &[
        "package.json",
        "go.mod",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "build.sbt",
        "gemfile",
        "pyproject.toml",
        "requirements.txt",
        "setup.py",
        "pipfile",
        "cargo.toml",
        "composer.json",
        "mix.exs",
        "manage.py",
    ],
    &[".csproj", ".fsproj", ".sln"],
);

/// Servers that who develops starts, by what stands in their commands.
const SERVERS: &[&str] = &[
    "npm run dev",
    "npm run start:dev",
    "npm run develop",
    "yarn dev",
    "yarn run dev",
    "yarn start:dev",
    "yarn develop",
    "pnpm dev",
    "pnpm run dev",
    "bun dev",
    "bun run dev",
    "next dev",
    "nuxt dev",
    "nodemon",
    "tsx watch",
    "ts-node-dev",
    "webpack serve",
    "webpack-dev-server",
    "ng serve",
    "gatsby develop",
    "manage.py runserver",
    "uvicorn --reload",
    "--reload",
    "debugpy",
    "dlv debug",
    "dotnet watch",
    "cargo watch",
    "php artisan serve",
    "jekyll serve",
    "hugo server",
    "bin/dev",
    "quarkus:dev",
    "spring-boot:run",
    "bootrun",
];

/// What a comment at the top of a file calls it.
const CALLED: &[&str] = &[
    "for development",
    "for local development",
    "local development",
    "development only",
    "development environment",
    "for developers",
    "for local use",
    "for local testing",
    "for testing",
    "run locally",
    "running locally",
    "container locally",
    "containers locally",
];

/// What a sentence of it says that speaks of production.
const NOT_IN_USE: &[&str] =
    &["not for", "not intended", "not meant", "not suitable", "not be used", "not use", "n't use", "never use"];

/// Folders of a build context that hold the sources of a program.
const SOURCES: &[&str] = &["src", "app", "lib"];

/// A project, with what may tell what it is for.
pub(super) struct Looks<'l> {
    /// The path of its file.
    pub path: &'l str,
    /// The text of its file.
    pub text: &'l str,
    /// Whether a file for production beside it completes it.
    pub is_base: &'l dyn Fn() -> bool,
    /// Whether the sources of a program lie in a folder.
    pub holds_program: &'l dyn Fn(&str) -> bool,
    /// Its services, with their views.
    pub services: Vec<&'l Node>,
}

impl Looks<'_> {
    /// Whether somebody develops or tests with it, for sure.
    pub fn is_development(&self) -> bool {
        // That folder is one of each system.
        let path = self.path.to_ascii_lowercase().replace("usr/local/", "usr/");
        if path.split(['/', '.', '-', '_']).any(|word| IN_USE.contains(&word)) {
            return false;
        }
        // What has a profile is not started with the rest.
        let mut started = self.services.iter().filter(|service| service.get("profiles").is_none());
        // A program that somebody else built runs as its makers mean it to, whoever starts it.
        let builds = |service: &&&Node| service.get("build").is_some();
        let built_here = self.services.iter().any(|service| builds(&service));
        let is_in_use = || {
            self.services
                .iter()
                .filter(|service| !built_here || builds(service))
                .any(|service| is_set(service, MODES.0, IN_USE) || is_set(service, STAGES.0, IN_USE))
        };
        let directory = super::directory(self.path);
        let mut is_told =
            || started.any(|service| is_told(service, directory) || self.runs_sources(service)) && !is_in_use();
        let says = is_called(self.text, file_name(self.path)) || is_told() || self.has_stores_alone();
        is_placed(&path) || (says && !(self.is_base)())
    }

    /// Whether it starts the stores of the program beside it and not the program, which then runs on the machine itself: nobody keeps
    /// them up.
    fn has_stores_alone(&self) -> bool {
        let is_store = |service: &&Node| {
            let is_store = service.get("image").is_some_and(|written| image::is_for(written, STORE));
            is_store
                && service.get("build").is_none()
                && service.get("restart").is_none()
                && service.get("deploy").is_none()
        };
        !self.services.is_empty()
            && self.services.iter().all(is_store)
            && (self.holds_program)(super::directory(self.path))
    }

    /// Whether it runs the sources of a program with the tools of its language, where no image is made of them and nobody keeps it up.
    fn runs_sources(&self, service: &Node) -> bool {
        service.get("build").is_none()
            && !is_kept_up(service)
            && service.get("deploy").is_none()
            && service.get("image").is_some_and(|written| image::is_official(written, LANGUAGES))
            && mounted(service, super::directory(self.path)).iter().any(|folder| (self.holds_program)(folder))
    }
}

/// Whether a file beside a project is for production, and completes services of it.
pub(super) fn is_base_of_production(document: &Document, corpus: &Corpus<'_>) -> bool {
    let own = |name: &str| document.roots.iter().any(|root| root.at(&["services", name]).is_some());
    let is_for_use =
        |path: &str| file_name(path).to_ascii_lowercase().split(['.', '-', '_']).any(|word| IN_USE.contains(&word));
    let files = corpus.workspace.in_directory(document.directory());
    let for_use = files.filter(|file| *file != document.file && is_for_use(corpus.workspace.path(*file)));
    let others = for_use.filter_map(|file| corpus.document("compose", file));
    let mut services = others.flat_map(|other| &other.roots).filter_map(|root| root.get("services"));
    services.any(|services| services.entries().iter().any(|entry| own(&entry.key.name) && !is_whole(&entry.value)))
}

/// Whether the sources of a program lie in a folder.
pub(super) fn holds_program(folder: &str, corpus: &Corpus<'_>) -> bool {
    let sources = join(folder, "src").is_some_and(|folder| corpus.workspace.under(&folder).next().is_some());
    sources
        || corpus.workspace.in_directory(folder).any(|file| {
            let name = file_name(corpus.workspace.path(file)).to_ascii_lowercase();
            MANIFESTS.0.contains(&&*name) || has_extension(&name, MANIFESTS.1)
        })
}

/// Whether a file is named after development or tests, or lies in a folder that is.
fn is_placed(path: &str) -> bool {
    let name = file_name(path);
    let words: Vec<&str> = name.split(['.', '-', '_']).collect();
    let folders: Vec<&str> = path.strip_suffix(name).unwrap_or("").split('/').filter(|part| !part.is_empty()).collect();
    let plain = |folder: &str| folder.trim_start_matches(['.', '_']).replace('_', "-");
    (words.contains(&"compose") && words.iter().any(|word| NAMED.contains(word)))
        || folders.first().is_some_and(|first| AT_TOP.contains(first))
        || is_developed_in(path)
        || folders
            .iter()
            .any(|folder| FOLDERS.contains(&&*plain(folder)) || folder.split(['-', '_']).any(|word| word == "testing"))
        || folders.windows(2).any(
            |pair| matches!(pair, [of, within] if OF_CONTAINERS.0.contains(of) && OF_CONTAINERS.1.contains(within)),
        )
        || is_aside(path)
}

/// Whether the comment that a file of some name begins with calls it so. What it says of other files says nothing of this one.
fn is_called(text: &str, name: &str) -> bool {
    let lines = text.lines().map(str::trim);
    let lines = lines.take_while(|line| line.is_empty() || line.starts_with('#') || *line == "---");
    let head = lines.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let says = |text: &str, phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    let is_of_other = |sentence: &&str| {
        let words = sentence.split(|sign: char| sign.is_whitespace() || "`'\"(),".contains(sign));
        let mut files = words.filter(|word| word.contains("compose") && has_extension(word, &[".yml", ".yaml"]));
        files.any(|file| file_name(file) != name.to_ascii_lowercase())
    };
    let sentences: Vec<&str> =
        head.split(". ").flat_map(|part| part.split("! ")).filter(|sentence| !is_of_other(sentence)).collect();
    let mut in_use = sentences.iter().filter(|sentence| sentence.contains("production")).peekable();
    match in_use.peek() {
        Some(_) => in_use.all(|sentence| says(sentence, NOT_IN_USE)),
        None => sentences.iter().any(|sentence| says(sentence, CALLED)),
    }
}

/// Whether one of some variables of a service has one of some values.
fn is_set(service: &Node, names: &[&str], values: &[&str]) -> bool {
    let of = names.iter().filter_map(|name| service.at(&["environment_map", name]).and_then(Node::as_str));
    of.map(str::to_ascii_lowercase).any(|value| values.contains(&&*value))
}

/// Whether a service of the project is one that only who develops or tests starts; `directory` is that of the project.
fn is_told(service: &Node, directory: &str) -> bool {
    let built = |key| service.at(&["build", key]).and_then(Node::as_str).map(str::to_ascii_lowercase);
    let file = built("dockerfile").unwrap_or_default();
    is_set(service, MODES.0, MODES.1)
        || is_set(service, STAGES.0, STAGES.1)
        || keeps_what_is_tried(service)
        || has_settings_of_who_develops(service)
        || built("target").is_some_and(|target| TARGETS.contains(&&*target))
        || file_name(&file).split(['.', '-', '_']).any(|word| TARGETS.contains(&word))
        || mounts_tests(service, directory)
        || is_tagged_for_who_develops(service)
        // Who keeps it up at all times runs it for others.
        || (!is_kept_up(service)
            && (service.get("image").is_some_and(|written| image::is_for(written, EMULATOR))
                || is_built_for_another(service)
                || calls_its_machine(service)
                || mounts_its_sources(service, directory)
                || serves_who_develops(service)))
}

/// Whether the image that is built here gets the tag of one to develop with: `shop:dev`.
fn is_tagged_for_who_develops(service: &Node) -> bool {
    let image = service.get("image").filter(|_| service.get("build").is_some()).and_then(Node::as_str);
    let tag = image.and_then(|image| file_name(image).rsplit_once(':')).map(|(_, tag)| tag.to_ascii_lowercase());
    tag.is_some_and(|tag| tag.split(['-', '_', '.']).any(|word| TRIED.contains(&word)))
}

/// Whether the database of a store is named after development or tests.
fn keeps_what_is_tried(service: &Node) -> bool {
    let named = DATABASES.iter().filter_map(|name| service.at(&["environment_map", name]).and_then(Node::as_str));
    named.map(str::to_ascii_lowercase).any(|name| name.split(['_', '-', '.']).any(|word| TRIED.contains(&word)))
}

/// Whether Django takes the settings of who develops: `shop.settings.dev`.
fn has_settings_of_who_develops(service: &Node) -> bool {
    let module = service.at(&["environment_map", "DJANGO_SETTINGS_MODULE"]).and_then(Node::as_str);
    let last = module.and_then(|module| module.rsplit('.').next()).map(str::to_ascii_lowercase);
    last.is_some_and(|last| MODES.1.contains(&&*last))
}

/// The name that Docker Desktop has for the machine it runs on.
const DESKTOP: &str = "host.docker.internal";

/// Whether its image is built here, and it calls what runs on the machine of who does so.
fn calls_its_machine(service: &Node) -> bool {
    let variables = service.get("environment_map").map_or(&[][..], Node::entries);
    let calls = |text: &str| text.contains(DESKTOP);
    service.get("build").is_some() && variables.iter().any(|entry| entry.value.as_str().is_some_and(calls))
}

fn is_kept_up(service: &Node) -> bool {
    service.get("restart").and_then(Node::as_str).is_some_and(|policy| matches!(policy, "always" | "unless-stopped"))
}

/// The paths that a service mounts out of the repository; `directory` is that of the project.
fn mounted(service: &Node, directory: &str) -> Vec<String> {
    let mounts = service.get("mounts").map_or(&[][..], Node::items).iter();
    let sources = mounts.filter_map(|mount| mount.get("source").and_then(Node::as_str));
    sources.filter(|source| source.starts_with('.')).filter_map(|source| join(directory, source)).collect()
}

/// Whether what its image is built of, or all that the project has, is put over what is in the image.
fn mounts_its_sources(service: &Node, directory: &str) -> bool {
    let Some(build) = service.get("build") else { return false };
    let context = match &build.value {
        Value::Map(_) => build.get("context").map_or(Some("."), Node::as_str),
        _ => build.as_str(),
    };
    let Some(context) = context.and_then(|context| join(directory, context)) else { return false };
    mounted(service, directory).iter().any(|within| match within.strip_prefix(&context) {
        _ if within == directory => true,
        Some("") => true,
        Some(rest) => SOURCES.contains(&rest.trim_matches('/')) && (context.is_empty() || rest.starts_with('/')),
        None => false,
    })
}

/// Whether its image is built of what stands for a service of others.
fn is_built_for_another(service: &Node) -> bool {
    let Some(build) = service.get("build") else { return false };
    let paths = [Some(build), build.get("context"), build.get("dockerfile")].into_iter().flatten();
    let paths = paths.filter_map(Node::as_str).map(str::to_ascii_lowercase);
    paths.into_iter().any(|path| path.split(['/', '.', '-', '_']).any(|word| STANDS_FOR.contains(&word)))
}

/// Whether it is given data of tests.
fn mounts_tests(service: &Node, directory: &str) -> bool {
    mounted(service, directory).iter().any(|within| is_aside(&format!("{within}/")))
}

/// Whether it starts a server that makers of frameworks have for who develops.
fn serves_who_develops(service: &Node) -> bool {
    let words = |node: &Node| match &node.value {
        Value::List(items) => items.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(" "),
        _ => node.as_str().unwrap_or_default().to_owned(),
    };
    let commands = ["command", "entrypoint"].into_iter().filter_map(|key| service.get(key)).map(words);
    let mut commands = commands.map(|command| format!(" {} ", command.replace(['"', '\'', ';', '&', '\n'], " ")));
    commands.any(|command| {
        let command = command.to_ascii_lowercase();
        SERVERS.iter().any(|server| {
            command.match_indices(server).any(|(at, _)| {
                let before = command.get(..at).and_then(|before| before.chars().last());
                let after = command.get(at + server.len()..).and_then(|after| after.chars().next());
                before.is_none_or(|c| c.is_whitespace() || c == '/')
                    && after.is_none_or(|c| c.is_whitespace() || c == ':' || c == '=')
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::dialect::compose::COMPOSE;
    use crate::dialect::testing;

    /// Whether every resource of a project says that it is for development, or none.
    fn of(files: &[(&str, &str)]) -> Option<bool> {
        let path = files[0].0;
        let found = testing::found(&COMPOSE, files).1.resources;
        let own = found.iter().filter(|resource| &*resource.deployment == path);
        let said: Vec<bool> =
            own.map(|resource| resource.body.get("development").unwrap().as_bool().unwrap()).collect();
        assert!(said.len() > 1 && said.iter().all(|one| *one == said[0]), "{files:?}: {said:?}");
        said.first().copied()
    }

    #[test]
    fn a_path_tells_what_a_project_is_for() {
        for (path, want) in [
            ("compose.yaml", false),
            ("docker-compose.yml", false),
            ("docker-compose.dev.yml", true),
            ("docker-compose-local.yaml", true),
            ("compose.e2e.yml", true),
            ("dev.docker-compose.yml", true),
            ("docker-compose.prod.yml", false),
            ("docker-compose.device.yml", false),
            ("local/docker-compose.yml", true),
            ("api/local_dev/compose.yaml", true),
            ("files/usr/local/shop/compose.yaml", false),
            ("production/local/compose.yaml", false),
            ("_devcontainer/compose.yaml", true),
            ("sandbox/compose.yaml", true),
            ("apps/sandbox/compose.yaml", false),
            ("docker/dev/compose.yaml", true),
            ("environments/dev/compose.yaml", false),
            ("environments/development/compose.yaml", false),
            ("tests/compose.yaml", true),
            ("fhir_testing/compose.yaml", true),
        ] {
            assert_eq!(of(&[(path, "services: {a: {image: nginx}}\n")]), Some(want), "{path}");
        }
    }

    #[test]
    fn a_service_tells_what_its_project_is_for() {
        for (service, want) in [
            ("{image: x, environment: {RAILS_ENV: development}}", true),
            ("{image: x, environment: [NODE_ENV=Development]}", true),
            ("{image: x, environment: {NODE_ENV: production}}", false),
            ("{image: x, environment: {NODE_ENV: '${MODE}'}}", false),
            ("{image: x, environment: {NODE_ENV: '${MODE:-development}'}}", true),
            ("{image: x, environment: {ENVIRONMENT: dev}}", false),
            ("{image: x, environment: {ENVIRONMENT: local}}", true),
            ("{image: 'localstack/localstack:3'}", true),
            ("{image: 'gcr.io/google.com/cloudsdktool/bigtable-emulator'}", true),
            ("{image: 'acme/localstack-client'}", false),
            ("{build: {context: ., target: development}}", true),
            ("{build: {context: ., target: release}}", false),
            ("{build: {context: ., dockerfile: docker/Dockerfile.local}}", true),
            ("{build: {context: local, dockerfile: Dockerfile}}", false),
            ("{build: ., volumes: ['.:/app']}", true),
            ("{build: ., volumes: ['./:/app:cached']}", true),
            ("{build: ./api, volumes: ['./api/src:/app/src']}", true),
            ("{build: ./api, volumes: ['.:/srv/shop']}", true),
            ("{image: flyway, volumes: ['./legacy/src/test/resources/db:/flyway/sql']}", true),
            ("{image: nginx, volumes: ['./tests/nginx.conf:/etc/nginx/nginx.conf']}", true),
            ("{image: nginx, volumes: ['./latest/nginx.conf:/etc/nginx/nginx.conf']}", false),
            ("{build: ./api, volumes: ['./data:/app/data']}", false),
            ("{build: ./api, volumes: ['./api-data:/app/data']}", false),
            ("{build: ., volumes: ['./data:/app/data']}", false),
            ("{build: ., volumes: ['.:/app'], restart: always}", false),
            ("{image: x, volumes: ['.:/app']}", false),
            ("{image: node, command: npm run dev}", true),
            ("{image: node, command: npm run device-server}", false),
            ("{image: node, command: [sh, -c, 'npm install && npm run dev']}", true),
            ("{image: python, command: python manage.py runserver 0.0.0.0:8000}", true),
            ("{image: python, command: gunicorn app}", false),
            ("{image: python, command: python manage.py runserver, restart: unless-stopped}", false),
            ("{image: 'axllent/mailpit', restart: always}", false),
            ("{image: x, profiles: [test], environment: {NODE_ENV: test}}", false),
            ("{image: postgres, restart: always, environment: {POSTGRES_DB: shop_dev}}", true),
            ("{image: mariadb, environment: [MARIADB_DATABASE=test]}", true),
            ("{image: x, restart: always, environment: {DJANGO_SETTINGS_MODULE: shop.settings.dev}}", true),
            ("{image: x, environment: {DJANGO_SETTINGS_MODULE: shop.settings.production}}", false),
            ("{build: ., environment: {API: 'http://host.docker.internal:7071'}}", true),
            ("{build: ., restart: always, environment: {API: 'http://host.docker.internal:7071'}}", false),
            ("{image: x, environment: {API: 'http://host.docker.internal:7071'}}", false),
            ("{image: postgres, environment: {POSTGRES_DB: devices}}", false),
            ("{image: postgres, environment: {POSTGRES_DB: '${DB}'}}", false),
            ("{build: {context: ., dockerfile: docker/mock-bank/Dockerfile}}", true),
            ("{build: ./wiremock}", true),
            ("{build: ./wiremock, restart: always}", false),
            ("{build: ./mockingbird}", false),
        ] {
            let text = format!("services:\n  b: {{image: nginx}}\n  a: {service}\n");
            assert_eq!(of(&[("compose.yaml", &text)]), Some(want), "{service}");
            assert_eq!(of(&[("compose.prod.yaml", &text)]), Some(false), "{service}");
        }
    }

    #[test]
    fn stores_without_the_program_beside_them_are_of_who_develops_it() {
        let stores = "services:\n  db: {image: 'postgres:17'}\n  cache: {image: 'docker.io/library/redis:8'}\n";
        let with = |more: &str| format!("{stores}  more: {more}\n");
        for (path, text, beside, want) in [
            ("compose.yaml", stores.to_owned(), "package.json", true),
            ("api/compose.yaml", stores.to_owned(), "api/Shop.csproj", true),
            ("api/compose.yaml", stores.to_owned(), "package.json", false),
            ("api/compose.yaml", stores.to_owned(), "api/src/main/scala/Shop.scala", true),
            ("compose.yaml", stores.to_owned(), "README.md", false),
            ("compose.prod.yaml", stores.to_owned(), "package.json", false),
            ("compose.yaml", with("{image: 'acme/shop:1.2'}"), "package.json", false),
            ("compose.yaml", with("{build: .}"), "package.json", false),
            ("compose.yaml", with("{image: 'mysql:8', restart: always}"), "package.json", false),
            ("compose.yaml", with("{image: 'mysql:8', deploy: {replicas: 2}}"), "package.json", false),
            ("compose.yaml", with("{image: '${IMAGE}'}"), "package.json", false),
            ("compose.yaml", with("{image: adminer}"), "go.mod", true),
        ] {
            assert_eq!(of(&[(path, &text), (beside, "{}")]), Some(want), "{path} beside {beside}: {text}");
        }
    }

    #[test]
    fn sources_that_are_run_with_the_tools_of_a_language_are_of_who_develops() {
        for (service, beside, want) in [
            ("{image: 'node:24-slim', volumes: ['./web:/app'], command: npm start}", "web/package.json", true),
            ("{image: 'maven:3.9', volumes: ['./api:/app']}", "api/pom.xml", true),
            ("{image: 'mirror.example.com/library/python:3.13', volumes: ['.:/app']}", "requirements.txt", true),
            ("{image: 'node:24-slim', volumes: ['./web:/app'], restart: always}", "web/package.json", false),
            ("{image: 'node:24-slim', volumes: ['./web:/app'], deploy: {replicas: 2}}", "web/package.json", false),
            ("{image: 'node:24-slim', volumes: ['./web:/app'], build: ./image}", "web/package.json", false),
            ("{image: 'node:24-slim', volumes: ['./data:/data']}", "web/package.json", false),
            ("{image: 'node:24-slim', volumes: ['web:/app']}", "web/package.json", false),
            ("{image: 'acme/web:1.2', volumes: ['./web:/app']}", "web/package.json", false),
            ("{image: 'node:24-slim', volumes: ['./web:/app'], profiles: [tools]}", "web/package.json", false),
        ] {
            let text = format!("services:\n  b: {{image: nginx}}\n  a: {service}\n");
            assert_eq!(of(&[("compose.yaml", &text), (beside, "")]), Some(want), "{service}");
            assert_eq!(of(&[("compose.prod.yaml", &text), (beside, "")]), Some(false), "{service}");
        }
    }

    #[test]
    fn what_one_service_says_is_in_use_is_no_project_to_develop_with() {
        for (other, want) in [
            ("{image: web, environment: {NODE_ENV: production}}", false),
            ("{image: web, environment: {ENV: live}}", false),
            ("{image: web, environment: {NODE_ENV: test}}", true),
        ] {
            let text = format!("services:\n  a: {{image: 'localstack/localstack:3'}}\n  b: {other}\n");
            assert_eq!(of(&[("compose.yaml", &text)]), Some(want), "{other}");
            assert_eq!(of(&[("compose.dev.yaml", &text)]), Some(true), "{other}");
        }
    }

    #[test]
    fn the_comment_at_the_top_tells_what_a_project_is_for() {
        for (comment, want) in [
            ("# For local development.", true),
            ("#\n# This file is for development\n\n", true),
            ("# Not intended for production.", true),
            ("# Runs the shop.\n# WARNING: do not use this in production environments.", true),
            ("# For development. In production, set PASSWORD.", false),
            ("# To run locally", true),
            ("# For development and production", false),
            ("# Starts the shop.", false),
            ("# The stack as we run it. For testing changes use compose.test.yaml on your laptop.", false),
            ("# compose.yaml is for testing.", true),
            ("services:\n  b: {image: nginx}\n# for development", false),
        ] {
            let rest = if comment.contains("services") { "  a: {image: x}" } else { "services: {a: {image: x}}" };
            assert_eq!(of(&[("compose.yaml", &format!("{comment}\n{rest}\n"))]), Some(want), "{comment}");
        }
    }

    #[test]
    fn what_a_file_for_production_completes_is_in_use() {
        let base = "services: {a: {build: ., volumes: ['.:/app']}, b: {image: nginx}}\n";
        let completes = "services: {a: {restart: always}}\n";
        let another = "services: {a: {image: 'shop:1'}}\n";
        assert_eq!(of(&[("compose.yaml", base), ("compose.prod.yaml", completes)]), Some(false));
        assert_eq!(of(&[("compose.yaml", base), ("compose.prod.yaml", another)]), Some(true));
        assert_eq!(of(&[("compose.yaml", base), ("compose.ci.yaml", completes)]), Some(true));
        assert_eq!(of(&[("compose.dev.yaml", base), ("compose.prod.yaml", completes)]), Some(true));
    }
}
