//! The door to other files, and how their names are put together.

/// Where catalogs come from. The reader itself opens nothing.
pub trait Files {
    /// The content of a file.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The names of the files in a directory, without the directory.
    ///
    /// # Errors
    /// Why it cannot be listed, in words.
    fn list(&self, directory: &str) -> Result<Vec<String>, String>;
}

/// No other files: every catalog is missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &str) -> Result<Vec<u8>, String> {
        Err("no other files can be read here".to_owned())
    }

    fn list(&self, _directory: &str) -> Result<Vec<String>, String> {
        Err("no directories can be read here".to_owned())
    }
}

/// The path that `reference`, written in `file`, means: relative to the directory of the file.
///
/// Backslashes count as slashes; a leading `file:` is dropped; absolute paths stay.
pub fn resolve_path(file: &str, reference: &str) -> String {
    let reference = reference.trim().replace('\\', "/");
    let reference = reference
        .strip_prefix("file://")
        .or_else(|| reference.strip_prefix("file:"))
        .unwrap_or(&reference)
        .to_owned();
    let drive = reference.as_bytes().get(1) == Some(&b':');
    if reference.starts_with('/') || drive {
        return reference;
    }
    let file = file.replace('\\', "/");
    match file.rfind('/') {
        Some(end) => format!("{}/{}", &file[..end], reference.strip_prefix("./").unwrap_or(&reference)),
        None => reference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_relative_to_their_file() {
        let check = |file: &str, reference: &str, expect: &str| {
            assert_eq!(resolve_path(file, reference), expect, "{file} {reference}");
        };
        check("/a/b/s.xosc", "../maps/m.xodr", "/a/b/../maps/m.xodr");
        check("s.xosc", "m.xodr", "m.xodr");
        check("a/s.xosc", "./m.xodr", "a/m.xodr");
        check("a\\s.xosc", "c\\m.xodr", "a/c/m.xodr");
        check("a/s.xosc", "/m.xodr", "/m.xodr");
        check("a/s.xosc", "C:\\m.xodr", "C:/m.xodr");
        check("a/s.xosc", "file:///x/m.xodr", "/x/m.xodr");
    }
}
