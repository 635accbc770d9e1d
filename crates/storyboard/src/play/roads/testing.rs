//! Small maps for tests, written as OpenDRIVE text.

use super::Roads;
use std::fmt::Write;
use std::sync::Arc;

/// A road to be written.
pub(crate) struct Draft {
    pub id: &'static str,
    pub attributes: &'static str,
    pub length_m: f64,
    /// `<geometry>` elements.
    pub plan: String,
    /// Attributes a, b, c, d of one elevation record.
    pub elevation: [f64; 4],
    /// Bank, rad.
    pub bank_rad: f64,
    /// Inside of `<link>`.
    pub link: &'static str,
    /// Lane sections.
    pub sections: String,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            id: "1",
            attributes: "",
            length_m: 100.0,
            plan: String::new(),
            elevation: [0.0; 4],
            bank_rad: 0.0,
            link: "",
            sections: lanes(0.0, &[(1, 3.0, ""), (-1, 3.0, "")]),
        }
    }
}

/// `<geometry>` of a line.
pub(crate) fn line(s: f64, x: f64, y: f64, hdg: f64, length: f64) -> String {
    format!(r#"<geometry s="{s}" x="{x}" y="{y}" hdg="{hdg}" length="{length}"><line/></geometry>"#)
}

/// `<geometry>` of an arc.
pub(crate) fn arc(s: f64, x: f64, y: f64, hdg: f64, length: f64, k: f64) -> String {
    format!(
        r#"<geometry s="{s}" x="{x}" y="{y}" hdg="{hdg}" length="{length}"><arc curvature="{k}"/></geometry>"#
    )
}

/// `<laneSection>`: (id, width, inside of link), left lanes first.
pub(crate) fn lanes(s: f64, list: &[(i32, f64, &str)]) -> String {
    let side = |name: &str, of: &dyn Fn(i32) -> bool| {
        let mut text = String::new();
        for (id, width, link) in list.iter().filter(|l| of(l.0)) {
            write!(
                text,
                r#"<lane id="{id}" type="driving"><link>{link}</link><width sOffset="0" a="{width}" b="0" c="0" d="0"/></lane>"#
            )
            .unwrap();
        }
        if text.is_empty() { text } else { format!("<{name}>{text}</{name}>") }
    };
    format!(
        r#"<laneSection s="{s}">{}<center><lane id="0" type="none"/></center>{}</laneSection>"#,
        side("left", &|id| id > 0),
        side("right", &|id| id < 0)
    )
}

/// The map's text.
pub(crate) fn text(roads: &[Draft], junctions: &str) -> String {
    let mut text = String::from(r#"<OpenDRIVE><header revMajor="1" revMinor="6"/>"#);
    for r in roads {
        let [a, b, c, d] = r.elevation;
        let junction = if r.attributes.contains("junction=") { "" } else { r#"junction="-1""# };
        write!(
            text,
            r#"<road id="{}" length="{}" {junction} {}><link>{}</link><planView>{}</planView>
            <elevationProfile><elevation s="0" a="{a}" b="{b}" c="{c}" d="{d}"/></elevationProfile>
            <lateralProfile><superelevation s="0" a="{}" b="0" c="0" d="0"/></lateralProfile>
            <lanes>{}</lanes></road>"#,
            r.id, r.length_m, r.attributes, r.link, r.plan, r.bank_rad, r.sections
        )
        .unwrap();
    }
    write!(text, "{junctions}</OpenDRIVE>").unwrap();
    text
}

/// The map, indexed.
pub(crate) fn roads(drafts: &[Draft], junctions: &str) -> Roads {
    let parsed = opendrive::parse(text(drafts, junctions).as_bytes(), "test.xodr").unwrap();
    Roads::new(Arc::new(parsed.map))
}

/// One straight road along x with lanes of 3 m on both sides.
pub(crate) fn straight(length_m: f64) -> Roads {
    roads(&[Draft { length_m, plan: line(0.0, 0.0, 0.0, 0.0, length_m), ..Draft::default() }], "")
}

/// A crossing of four arms at the origin: road "w" comes from the west, "e" goes on to the east, "n" to the north,
/// "s" to the south. Arms "w" and "s" end at it, "e" and "n" begin at it; connecting roads "we", "wn", "ws" of
/// 20 m straight or quarter circles of radius 10 m for lane −1 of "w".
pub(crate) fn crossing() -> Roads {
    use std::f64::consts::{FRAC_PI_2, PI};
    let quarter = 10.0 * FRAC_PI_2;
    let arm = |id, link, plan| Draft { id, link, plan, ..Draft::default() };
    let turn = |id, link, plan, length_m| Draft {
        id,
        link,
        plan,
        length_m,
        attributes: r#"junction="j""#,
        sections: lanes(0.0, &[(-1, 3.0, r#"<predecessor id="-1"/><successor id="-1"/>"#)]),
        ..Draft::default()
    };
    roads(
        &[
            arm(
                "w",
                r#"<successor elementType="junction" elementId="j"/>"#,
                line(0.0, -110.0, 0.0, 0.0, 100.0),
            ),
            arm(
                "e",
                r#"<predecessor elementType="junction" elementId="j"/>"#,
                line(0.0, 10.0, 0.0, 0.0, 100.0),
            ),
            arm(
                "n",
                r#"<predecessor elementType="junction" elementId="j"/>"#,
                line(0.0, 0.0, 10.0, FRAC_PI_2, 100.0),
            ),
            arm(
                "s",
                r#"<successor elementType="junction" elementId="j"/>"#,
                line(0.0, 0.0, -110.0, FRAC_PI_2, 100.0),
            ),
            turn(
                "wn",
                r#"<predecessor elementType="road" elementId="w" contactPoint="end"/><successor elementType="road" elementId="n" contactPoint="start"/>"#,
                arc(0.0, -10.0, 0.0, 0.0, quarter, 0.1),
                quarter,
            ),
            turn(
                "we",
                r#"<predecessor elementType="road" elementId="w" contactPoint="end"/><successor elementType="road" elementId="e" contactPoint="start"/>"#,
                line(0.0, -10.0, 0.0, 0.0, 20.0),
                20.0,
            ),
            Draft {
                id: "sw",
                attributes: r#"junction="j""#,
                link: r#"<predecessor elementType="road" elementId="s" contactPoint="end"/><successor elementType="road" elementId="w" contactPoint="end"/>"#,
                length_m: quarter,
                // From south, turning left to the west; the lane of "w" for it is +1.
                plan: arc(0.0, 0.0, -10.0, FRAC_PI_2, quarter, 0.1),
                sections: lanes(
                    0.0,
                    &[
                        (1, 3.0, r#"<predecessor id="1"/><successor id="-1"/>"#),
                        (-1, 3.0, r#"<predecessor id="-1"/><successor id="1"/>"#),
                    ],
                ),
                ..Draft::default()
            },
            // From west to south: the same curve the other way, starting at "w".
            turn(
                "ws",
                r#"<predecessor elementType="road" elementId="w" contactPoint="end"/><successor elementType="road" elementId="s" contactPoint="end"/>"#,
                arc(0.0, -10.0, 0.0, 0.0, quarter, -0.1),
                quarter,
            ),
            Draft { id: "far", plan: line(0.0, 5000.0, PI, 0.0, 100.0), ..Draft::default() },
        ],
        r#"<junction id="j" name="">
        <connection id="0" incomingRoad="w" connectingRoad="wn" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        <connection id="1" incomingRoad="w" connectingRoad="we" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        <connection id="2" incomingRoad="w" connectingRoad="ws" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        <connection id="3" incomingRoad="s" connectingRoad="sw" contactPoint="start"><laneLink from="-1" to="-1"/></connection>
        <connection id="4" incomingRoad="w" connectingRoad="sw" contactPoint="end"><laneLink from="-1" to="1"/></connection>
        </junction>"#,
    )
}
