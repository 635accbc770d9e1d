//! `<userData>`, `<include>`, `<dataQuality>` wherever they stand, and the header's licence and regulations.

use super::board::read_semantics;
use super::cursor::{Cursor, Done, Element};
use super::value::NUMBER;
use crate::limits::RECORDS_MAX;
use crate::model::{DataError, DataQuality, Include, License, RawData, Regulation, UserData};

/// An element that may stand anywhere, where the model has no place of its own for it.
pub(crate) fn read<'a>(r: &mut Cursor<'a>, mut el: Element<'a>) -> Done {
    let element = r.path_text();
    let at = r.at(&el);
    match el.name {
        "include" => {
            let file = r.text(&mut el, "file");
            if r.annotations.includes.len() < RECORDS_MAX {
                r.annotations.includes.push(Include { element, file, at });
            }
            r.leaf(el)
        }
        "dataQuality" => {
            let mut quality = DataQuality { element, at, ..DataQuality::default() };
            let done = r.children(el, |r, child| match child.name {
                "error" => read_error(r, child, &mut quality),
                "rawData" => read_raw_data(r, child, &mut quality),
                _ => r.skip(child),
            });
            if r.annotations.data_quality.len() < RECORDS_MAX {
                r.annotations.data_quality.push(quality);
            }
            done
        }
        // "userData": the caller lets no other through.
        _ => {
            let mut one = Vec::new();
            let done = read_user_data(r, el, &mut one);
            if r.annotations.user_data.len() < RECORDS_MAX {
                r.annotations.user_data.extend(one.into_iter().map(|data| (element.clone(), data)));
            }
            done
        }
    }
}

fn read_error<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, quality: &mut DataQuality) -> Done {
    quality.error = Some(DataError {
        xy_absolute_m: r.optional(&mut el, "xyAbsolute", &NUMBER),
        xy_relative_m: r.optional(&mut el, "xyRelative", &NUMBER),
        z_absolute_m: r.optional(&mut el, "zAbsolute", &NUMBER),
        z_relative_m: r.optional(&mut el, "zRelative", &NUMBER),
    });
    r.leaf(el)
}

fn read_raw_data<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, quality: &mut DataQuality) -> Done {
    quality.raw_data = Some(RawData {
        date: r.text(&mut el, "date"),
        source: r.text(&mut el, "source"),
        source_comment: r.text(&mut el, "sourceComment"),
        post_processing: r.text(&mut el, "postProcessing"),
        post_processing_comment: r.text(&mut el, "postProcessingComment"),
    });
    r.leaf(el)
}

/// `<userData>`: what stands inside of it is kept as it is written.
pub(crate) fn read_user_data<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, list: &mut Vec<UserData>) -> Done {
    let (code, value, at) = (r.text(&mut el, "code"), r.text(&mut el, "value"), r.at(&el));
    let (done, content) = r.verbatim(el);
    if list.len() < RECORDS_MAX {
        list.push(UserData { code, value, content: content.trim().to_owned(), at });
    }
    done
}

pub(crate) fn read_license<'a>(r: &mut Cursor<'a>, mut el: Element<'a>, slot: &mut Option<License>) -> Done {
    *slot = Some(License {
        name: r.text(&mut el, "name"),
        resource: r.text(&mut el, "resource"),
        spdx_id: r.text(&mut el, "spdxid"),
        text: r.text(&mut el, "text"),
    });
    r.leaf(el)
}

pub(crate) fn read_regulations<'a>(r: &mut Cursor<'a>, el: Element<'a>, list: &mut Vec<Regulation>) -> Done {
    r.children(el, |r, mut child| {
        let of_signals = match child.name {
            "roadRegulations" => false,
            "signalRegulations" => true,
            _ => return r.skip(child),
        };
        let mut regulation = Regulation {
            of_signals,
            kind: r.text(&mut child, "type"),
            subtype: if of_signals { r.text(&mut child, "subtype") } else { String::new() },
            semantics: Vec::new(),
        };
        let done = r.children(child, |r, part| match part.name {
            "semantics" => read_semantics(r, part, &mut regulation.semantics),
            _ => r.skip(part),
        });
        if list.len() < RECORDS_MAX {
            list.push(regulation);
        }
        done
    })
}
