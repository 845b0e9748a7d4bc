use crate::document::Node;
use crate::source::{FileId, Span};

#[test]
fn the_host_of_an_address_is_told_where_it_is_written_out() {
    for (word, want) in [
        ("https://get.example.org/i.sh", Some("get.example.org")),
        ("https://u@h.example:8443", Some("h.example")),
        ("(New-Object).DownloadString('https://x.example')", Some("x.example")),
        ("https://${HOST}/a", None),
        ("https://u:p@h.example/", Some("h.example")),
        ("get.example.org", None),
    ] {
        assert_eq!(super::host(word), want, "{word}");
    }
}

#[test]
fn a_download_that_powershell_runs_is_known_by_how() {
    for (script, want) in [
        ("iwr -useb https://x/a.ps1 | iex", "pipe"),
        ("Invoke-RestMethod https://x/a.ps1 | Invoke-Expression", "pipe"),
        ("iex ((New-Object System.Net.WebClient).DownloadString('https://x/a.ps1'))", "substitution"),
        ("iex (iwr -UseBasicParsing https://x/a.ps1).Content", "substitution"),
        ("powershell -Command iex (iwr https://x/a.ps1).Content", "substitution"),
        ("powershell -NoProfile -Command \"iex (irm 'https://x/a.ps1')\"", "substitution"),
        ("Invoke-WebRequest https://x/a.ps1 -OutFile a.ps1; .\\a.ps1", "file"),
        ("iwr https://x/a.ps1 -OutFile a.ps1; powershell -File a.ps1", "file"),
        ("iwr https://x/a.json | ConvertFrom-Json", ""),
        (
            "iwr https://x/a.ps1 -OutFile a.ps1\nif ((Get-FileHash a.ps1 -Algorithm SHA256).Hash -ne 'E3B0') { throw 'no' }\n.\\a.ps1",
            "",
        ),
        ("iwr https://x/a.ps1 -OutFile a.ps1; $h = get-filehash a.ps1; .\\a.ps1", ""),
        ("iwr https://x/a.ps1 -OutFile a.ps1; $s = Get-AuthenticodeSignature .\\a.ps1; .\\a.ps1", ""),
        ("iwr https://x/a.ps1 -OutFile a.ps1; certutil.exe -hashfile a.ps1 SHA256; .\\a.ps1", ""),
        ("iwr https://x/a.ps1 -OutFile a.ps1; certutil -addstore root a.cer; .\\a.ps1", "file"),
        ("$a = (iwr https://x/a.json).Content", ""),
        ("iwr https://x/a.zip -OutFile a.zip; Expand-Archive a.zip", ""),
        ("& ([scriptblock]::Create((irm https://x/a.ps1))) -Yes", "substitution"),
        ("Invoke-WebRequest https://x/a.exe -OutFile a.exe; Start-Process .\\a.exe -Wait", "file"),
        ("Invoke-WebRequest https://x/a.exe -OutFile a.exe; Start-Process notepad a.exe", ""),
        ("curl -o a.cmd https://x/a.cmd && a.cmd", "file"),
        ("curl -o a.cmd https://x/a.cmd && call a.cmd", "file"),
        ("curl -o a.msi https://x/a.msi && msiexec /i a.msi /qn", "file"),
        ("curl -o a.msi https://x/a.msi && msiexec /a b.msi", ""),
    ] {
        let text = crate::document::Text::verbatim(script, 0);
        let commands = crate::syntax::shell::commands(
            &text,
            Span::new(FileId(0), 0, script.len()),
            crate::syntax::shell::Shell::Windows,
        );
        let facts = super::super::command::of_commands(commands.items(), "script", &[]);
        let how: Vec<&str> =
            facts.iter().filter_map(|fact| fact.get("download")?.get("how").and_then(Node::as_str)).collect();
        assert_eq!(how.join(" "), want, "{script}");
    }
}

#[test]
fn a_download_that_runs_unchecked_is_known_by_how() {
    for (script, want) in [
        ("curl -fsSL https://x/a.sh | sh", "pipe"),
        ("curl -fsSL https://x/a.sh | sudo -E bash -s -- --yes", "pipe"),
        ("wget -qO- https://x/a.py | python3 -", "pipe"),
        ("curl https://x/a.gz | gunzip | bash", "pipe"),
        ("curl https://x/a.json | python3 -m json.tool", ""),
        ("curl https://x/a.json | jq .a", ""),
        ("curl https://x | bash -c 'cat'", ""),
        ("curl http://localhost:80/x | sh", ""),
        ("bash <(curl -fsSL https://x)", "substitution"),
        ("sh -c \"$(curl -fsSL https://x)\"", "substitution"),
        ("bash -lc \"$(wget -qO- https://x)\" '' --yes", "substitution"),
        ("source <(curl -s https://x)", "substitution"),
        (". <(wget -O- https://x/a.sh)", "substitution"),
        ("eval \"$(curl -s https://x)\"", "substitution"),
        ("sh <<< \"$(curl -s https://x/a.sh)\"", "substitution"),
        (". /dev/stdin <<< \"$(curl -s https://x/a.sh)\"", "substitution"),
        ("bash -s -- -y <<< $(curl -s https://x/a.sh)", "substitution"),
        ("sh a.sh <<< \"$(curl -s https://x/a.txt)\"", ""),
        ("grep a <<< \"$(curl -s https://x/a.txt)\"", ""),
        ("curl -so a.rpm https://x/a.rpm && rpm -ivh a.rpm", "file"),
        ("curl -so a.rpm https://x/a.rpm && dnf install -y ./a.rpm", "file"),
        ("curl -so a.rpm https://x/a.rpm && rpm -qip a.rpm", ""),
        ("curl -so a.rpm https://x/a.rpm && dnf install -y b", ""),
        ("bash deploy.sh $(curl -s https://x/version)", ""),
        ("V=$(curl -s https://x)", ""),
        ("curl -fsSL https://x/a.sh -o /tmp/a.sh && sh /tmp/a.sh", "file"),
        ("curl -fsSLo a https://x/a && chmod +x a && ./a", "file"),
        ("curl -O https://x/a.sh; chmod +x a.sh; sudo ./a.sh", "file"),
        ("wget https://x/a.sh\nbash a.sh", "file"),
        ("curl https://x > a.sh; bash a.sh", "file"),
        ("curl -fsSLo a https://x/a && echo '00  a' | sha256sum -c && ./a", ""),
        ("curl -fsSLo a https://x/a && gpg --verify a.sig a && sh a", ""),
        ("curl -fsSLo a https://x/a; gh attestation verify a --repo acme/a; chmod +x a && ./a", ""),
        ("curl -fsSLo a https://x/a; notation verify registry.example.com/a; ./a", ""),
        ("curl -fsSLo a https://x/a; gh release list; ./a", "file"),
        ("curl -fsSLo a.tgz https://x && tar xf a.tgz", ""),
        ("curl -o a https://x && ls a", ""),
        ("curl -sS https://x/installer | php -- --version=2.1", "pipe"),
        ("curl -s https://x/latest | grep tag | xargs -I % curl -o- https://x/%/a.sh | bash", "pipe"),
        ("curl -s https://x/names | xargs sh", ""),
        ("wget -O /usr/local/bin/gosu https://x/gosu && chmod +x /usr/local/bin/gosu && gosu nobody true", "file"),
        ("wget -O /opt/gosu https://x/gosu && chmod +x /opt/gosu && gosu nobody true", ""),
        ("curl -Lo /usr/local/bin/a https://x && echo '00  /usr/local/bin/a' | sha256sum -c && a --version", ""),
        ("wget -P /opt https://x/a.sh; sh /opt/a.sh", "file"),
        ("wget -qO /opt/a.sh https://x/a.sh; sh /opt/a.sh", "file"),
        ("wget -qO /opt/a.txt https://x/a.txt; sh /opt/a.sh", ""),
        ("wget --directory-prefix=/opt/ https://x/a.sh; sh /opt/a.sh", "file"),
        ("wget -P /opt -O b.sh https://x/a.sh; sh b.sh", "file"),
        ("curl --output-dir /opt -O https://x/a.sh; sh /opt/a.sh", "file"),
        ("curl --output-dir /opt -o b.sh https://x/a.sh; sh /opt/b.sh", "file"),
        ("curl --output-dir /opt -O https://x/a.sh; sh a.sh", ""),
        ("aria2c -d /opt -o a.sh https://x/b && sh /opt/a.sh", "file"),
        ("aria2c https://x/a.sh && sh a.sh", "file"),
        ("curl -Lo a.deb https://x/a && dpkg -i a.deb", "file"),
        ("wget https://x/a.deb && apt-get install -y ./a.deb", "file"),
        ("wget https://x/a.deb && apt-get install -y a", ""),
        ("wget https://x/a.deb && echo '00  a.deb' | sha256sum -c && dpkg -i a.deb", ""),
        ("wget https://x/a.deb && dpkg --contents a.deb", ""),
        ("curl -Lo key.gpg https://x/key && dpkg -i b.deb", ""),
        ("S=$(curl -fsSL https://x/a.sh)\neval \"$S\"", "substitution"),
        ("S=\"$(curl -fsSL https://x/a.sh)\"; bash -c \"${S}\"", "substitution"),
        ("S=`curl -fsSL https://x/a.sh`; echo \"$S\" | sh", "substitution"),
        ("S=$(curl -fsSL https://x/a.sh); bash <<< \"$S\"", "substitution"),
        ("S=$(curl -fsSL https://x/a.sh); echo \"$S\" | sha256sum -c a; eval \"$S\"", ""),
        ("V=$(curl -fsSL https://x/version); eval \"$W\"; echo \"$V\"", ""),
        ("V=$(curl -fsSL https://x/version); bash -c \"install a\" \"$V\"", ""),
        ("curl -fsSL https://x/a.sh > >(bash)", "pipe"),
        ("curl -fsSL https://x/a.sh > >(tee log)", ""),
        ("get() { curl -fsSL \"$1\"; }\nget https://x/a.sh | bash", "pipe"),
        ("function get {\n  wget -qO- \"${1}\"\n}\nsh -c \"$(get https://x/a.sh)\"", "substitution"),
        ("get() { curl -fsSL \"$@\"; }\nS=$(get https://x/a.sh); eval \"$S\"", "substitution"),
        ("save() { curl -fsSL \"$1\" -o \"$2\"; }\nsave https://x/a.sh a.sh\nsh a.sh", "file"),
        ("save() { curl -fsSL \"$1\" > \"$2\"; }\nsave https://x/a.sh a.sh; sh a.sh", "file"),
        ("save() { curl -fsSL \"$1\" -o \"$2\"; }\nsave https://x/a.tgz a.tgz\nsh b.sh", ""),
        ("save() { curl -o \"$2\" \"$1\"; echo \"$3 $2\" | sha256sum -c; }\nsave https://x/a a 00; sh a", ""),
        ("sum() { curl -fsSL \"$1\" | sha256sum; }\nsum https://x/a.sh | sh", ""),
        ("get() { ls; }\nget https://x/a.sh | bash", ""),
        ("get() ( ls )\n{ curl -fsSL https://x/a; }\nget https://x/a.sh | bash", ""),
        ("get() { { curl -fsSL \"$1\"; }; }\nget https://x/a.sh | bash", "pipe"),
        (
            "python3 -c 'import urllib.request as r; r.urlretrieve(\"https://x/a.py\", \"a.py\")' && python3 a.py",
            "file",
        ),
        ("php -r \"copy('https://x/a', 'a.php');\" && php a.php", "file"),
        ("php -r \"copy('https://x/a', 'a.php');\" && php -r \"hash_file('sha384', 'a.php');\" && php a.php", ""),
        ("php -r \"copy('https://x/a', 'a.php');\" && php b.php", ""),
        ("deno run -A https://x/a.ts", "code"),
        ("deno run -A main.ts https://x/a", ""),
    ] {
        let node = Node::verbatim(script, Span::new(FileId(0), 0, script.len()), 0);
        let facts = super::super::command::of_script(&node, "script");
        let how: Vec<&str> =
            facts.iter().filter_map(|fact| fact.get("download")?.get("how").and_then(Node::as_str)).collect();
        assert_eq!(how.join(" "), want, "{script}");
    }
}
