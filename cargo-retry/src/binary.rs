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
fn is_of_another_workspace(file: &str) -> bool {
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
