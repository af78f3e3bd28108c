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

/// Reads a file of any kind: one for several architectures has a file for each.
fn collect(bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    match FileKind::parse(bytes) {
        Ok(FileKind::MachOFat32) => {
            let file = MachOFatFile32::parse(bytes).map_err(unreadable)?;
            each(file.arches(), bytes, sites)
        }
        Ok(FileKind::MachOFat64) => {
            let file = MachOFatFile64::parse(bytes).map_err(unreadable)?;
            each(file.arches(), bytes, sites)
        }
        Err(_) if !is_wasm(bytes) => {
            Err("this is not a program or library: not ELF, Mach-O, PE, an archive or wasm".into())
        }
        _ => file_or_members(bytes, sites),
    }
}

fn each(arches: &[impl FatArch], bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    for arch in arches {
        let file = arch.data(bytes).map_err(unreadable)?;
        file_or_members(file, sites)
            .map_err(|error| format!("its part for {:?}: {error}", arch.architecture()))?;
    }
    Ok(())
}

fn file_or_members(bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    if FileKind::parse(bytes) != Ok(FileKind::Archive) {
        return file(bytes, sites);
    }
    let archive = ArchiveFile::parse(bytes).map_err(unreadable)?;
    if archive.is_thin() {
        return Err("this archive only names its object files: read those".into());
    }
    for member in archive.members() {
        let member = member.map_err(unreadable)?;
        let name = String::from_utf8_lossy(member.name());
        file(member.data(bytes).map_err(unreadable)?, sites)
            .map_err(|error| format!("its member `{name}`: {error}"))?;
    }
    Ok(())
}

/// Reads a program, a library or an object file.
fn file(bytes: &[u8], sites: &mut Vec<Site>) -> Result<(), String> {
    if is_wasm(bytes) {
        // Its data segments are in the file as they are.
        return find(bytes, sites);
    }
    match FileKind::parse(bytes) {
        // Archives have metadata, symbols, the names of a DLL, bitcode and whatever else was put into them.
        Err(_)
        | Ok(
            FileKind::Archive | FileKind::CoffImport | FileKind::MachOFat32 | FileKind::MachOFat64,
        ) => Ok(()),
        Ok(_) => {
            let file = object::File::parse(bytes).map_err(unreadable)?;
            for section in file.sections().filter(|section| holds_data(section.kind())) {
                find(section.data().map_err(unreadable)?, sites)?;
            }
            Ok(())
        }
    }
}

fn is_wasm(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\0asm")
}

fn unreadable(error: object::Error) -> String {
    format!("this is not a binary that can be read: {error}")
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

    /// The name of a function in a DLL, as a member of a `.lib` has it.
    fn import() -> Vec<u8> {
        let names = b"connect\0ws2_32.dll\0";
        let header = [0, 0xFFFF, 0, 0x8664, 0, 0, u16::try_from(names.len()).unwrap(), 0, 0, 4];
        [header.map(u16::to_le_bytes).as_flattened(), names].concat()
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
        let wasm = [b"\0asm\x01\0\0\0".to_vec(), record("one")].concat();
        let bitcode = b"BC\xC0\xDE and what else it has".as_slice();
        let cases = [
            ("ELF", object(Elf, X86_64, "one"), vec!["one"]),
            ("Mach-O", one.clone(), vec!["one"]),
            ("COFF", object(Coff, X86_64, "one"), vec!["one"]),
            ("universal", universal([&one, &other]), vec!["one", "other"]),
            ("a part in bitcode", universal([bitcode, &other]), vec!["other"]),
            ("archive", archive(&[b"metadata", &one, &other]), vec!["one", "other"]),
            (
                "imports",
                archive(&[&import(), &object(Coff, X86_64, "one"), &import()]),
                vec!["one"],
            ),
            ("imports alone", archive(&[&import()]), vec![]),
            ("bitcode in an archive", archive(&[bitcode, &one]), vec!["one"]),
            ("wasm in an archive", archive(&[b"metadata", &wasm]), vec!["one"]),
            ("an archive in an archive", archive(&[&archive(&[&one]), &other]), vec!["other"]),
            (
                "archives in a universal file",
                universal([&archive(&[&one]), &archive(&[&other])]),
                vec!["one", "other"],
            ),
            ("wasm", wasm, vec!["one"]),
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
    fn an_archive_that_cannot_be_read_says_why() {
        let whole = object(BinaryFormat::Elf, Architecture::X86_64, "one");
        let cut = &whole[..whole.len() / 2];
        let cases = [
            (archive(&[&whole, cut]), "its member `1`: this is not a binary that can be read: "),
            (
                archive(&[&whole])[..90].to_vec(),
                "this is not a binary that can be read: Archive member size",
            ),
            (
                [b"!<thin>\n", &archive(&[b""])[8..]].concat(),
                "this archive only names its object files",
            ),
            (
                universal([&whole, cut]),
                "its part for Aarch64: this is not a binary that can be read: ",
            ),
        ];
        for (bytes, message) in cases {
            let error = collect(&bytes, &mut Vec::new()).unwrap_err();
            assert!(error.starts_with(message), "{error}");
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
