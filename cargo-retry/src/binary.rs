//! Reads the retry sites of a file: a program, a library, or an archive of object files.

use std::fs;
use std::path::Path;

use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::{FileKind, Object, ObjectSection, SectionKind};

use crate::record::{self, Site};

/// Returns the sites of a program in a stable order, each once: those of the workspace first, then those of
/// dependencies, by crate, file and line.
pub fn sites(file: &Path) -> Result<Vec<Site>, String> {
    let bytes = fs::read(file).map_err(|error| format!("`{}`: {error}", file.display()))?;
    let mut sites = Vec::new();
    collect(&bytes, &mut sites).map_err(|error| format!("`{}`: {error}", file.display()))?;
    if sites.is_empty() {
        return Err(format!(
            "`{}` has no records of retry sites: enable the feature `sites` of retry-kit, such as by \
             `cargo build --features retry-kit/sites`",
            file.display()
        ));
    }
    let is_elsewhere = |site: &Site| is_of_another_workspace(&site.file);
    sites.sort_by(|one, other| {
        let key = |site: &'_ Site| (is_elsewhere(site), site.crate_name().to_owned());
        let place = |site: &'_ Site| (site.file.clone(), site.line, site.column, site.name.clone());
        (key(one), place(one)).cmp(&(key(other), place(other)))
    });
    sites.dedup();
    Ok(sites)
}

/// Whether the compiler saw the file by an absolute path, as it does outside the workspace.
pub fn is_of_another_workspace(file: &str) -> bool {
    file.starts_with(['/', '\\']) || file.get(1..2) == Some(":")
}

fn collect(bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    let unreadable =
        |error: object::Error| format!("this is not a binary that can be read: {error}");
    let Ok(kind) = FileKind::parse(bytes) else {
        // Its data segments are in the file as they are.
        if bytes.starts_with(b"\0asm") {
            return find(bytes, sites);
        }
        return Err(
            "this is not a program or library: not ELF, Mach-O, PE, an archive or wasm".into()
        );
    };
    match kind {
        FileKind::Archive => {
            let archive = ArchiveFile::parse(bytes).map_err(unreadable)?;
            for member in archive.members() {
                let member = member.map_err(unreadable)?.data(bytes).map_err(unreadable)?;
                // Others are metadata and symbols.
                if FileKind::parse(member).is_ok() {
                    collect(member, sites)?;
                }
            }
            Ok(())
        }
        // The names of a DLL.
        FileKind::CoffImport => Ok(()),
        FileKind::MachOFat32 => {
            let file = MachOFatFile32::parse(bytes).map_err(unreadable)?;
            each(file.arches(), bytes, sites)
        }
        FileKind::MachOFat64 => {
            let file = MachOFatFile64::parse(bytes).map_err(unreadable)?;
            each(file.arches(), bytes, sites)
        }
        _ => {
            let file = object::File::parse(bytes).map_err(unreadable)?;
            for section in file.sections().filter(|section| holds_data(section.kind())) {
                find(section.data().map_err(unreadable)?, sites)?;
            }
            Ok(())
        }
    }
}

fn each(arches: &[impl FatArch], bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    for arch in arches {
        collect(arch.data(bytes).map_err(|error| error.to_string())?, sites)?;
    }
    Ok(())
}

/// Some linkers put constants beside code.
fn holds_data(kind: SectionKind) -> bool {
    use SectionKind::{Data, ReadOnlyData, ReadOnlyDataWithRel, ReadOnlyString, Text};
    matches!(kind, Data | ReadOnlyData | ReadOnlyDataWithRel | ReadOnlyString | Text)
}

fn find(bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    sites.extend(record::find(bytes).map_err(|error| error.to_string())?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use object::write::{Object as Written, StandardSection};
    use object::{Architecture, BinaryFormat, Endianness};
    use retry_runtime::__private::Site as Record;

    use super::*;

    fn record(name: &'static str) -> Vec<u8> {
        let record = Record {
            policy: None,
            expression: "policy",
            timeout: None,
            flags: 0,
            path: name,
            name,
            file: "src/main.rs",
            line: 1,
            column: 1,
        };
        record.record::<256>()[..record.length()].to_vec()
    }

    fn object(format: BinaryFormat, architecture: Architecture, name: &'static str) -> Vec<u8> {
        let mut object = Written::new(format, architecture, Endianness::Little);
        let section = object.section_id(StandardSection::ReadOnlyData);
        object.append_section_data(section, b"something else", 1);
        object.append_section_data(section, &record(name), 1);
        object.write().unwrap()
    }

    /// An archive of these members, named `0`, `1` and so on.
    fn archive(members: &[&[u8]]) -> Vec<u8> {
        let mut archive = b"!<arch>\n".to_vec();
        for (index, member) in members.iter().enumerate() {
            let header = format!(
                "{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
                format!("{index}/"),
                0,
                0,
                0,
                644,
                member.len()
            );
            archive.extend(header.bytes());
            archive.extend_from_slice(member);
            archive.extend((archive.len() % 2 == 1).then_some(b'\n'));
        }
        archive
    }

    /// A universal file of two architectures.
    fn universal(arches: [&[u8]; 2]) -> Vec<u8> {
        let mut file: Vec<u8> =
            [0xCAFE_BABE_u32, 2].into_iter().flat_map(u32::to_be_bytes).collect();
        let mut at = 8 + 2 * 20;
        for (index, arch) in arches.iter().enumerate() {
            let kind = [0x0100_0007, 0x0100_000C][index];
            let length = u32::try_from(arch.len()).unwrap();
            file.extend([kind, 0, at, length, 0].into_iter().flat_map(u32::to_be_bytes));
            at += length;
        }
        [file, arches.concat()].concat()
    }

    // SPEC 14.3
    #[test]
    fn sites_are_found_in_every_format() {
        use Architecture::{Aarch64, X86_64};
        use BinaryFormat::{Coff, Elf, MachO};
        let [one, other] = [object(MachO, X86_64, "one"), object(MachO, Aarch64, "other")];
        let cases = [
            ("ELF", object(Elf, X86_64, "one"), vec!["one"]),
            ("Mach-O", one.clone(), vec!["one"]),
            ("COFF", object(Coff, X86_64, "one"), vec!["one"]),
            ("universal", universal([&one, &other]), vec!["one", "other"]),
            ("archive", archive(&[b"metadata", &one, &other]), vec!["one", "other"]),
            ("wasm", [b"\0asm\x01\0\0\0".to_vec(), record("one")].concat(), vec!["one"]),
        ];
        for (format, bytes, names) in cases {
            let mut sites = Vec::new();
            assert_eq!(collect(&bytes, &mut sites), Ok(()), "{format}");
            let found: Vec<_> = sites.iter().map(|site| site.name.as_str()).collect();
            assert_eq!(found, names, "{format}");
        }
    }

    // SPEC 14.5
    #[test]
    fn a_file_that_is_cut_is_an_error_or_has_fewer_sites_and_no_panic() {
        let whole = archive(&[&object(BinaryFormat::Elf, Architecture::X86_64, "one")]);
        for length in 0..whole.len() {
            let mut sites = Vec::new();
            let result = collect(&whole[..length], &mut sites);
            assert!(result.is_err() || sites.len() <= 1);
        }
    }
}
