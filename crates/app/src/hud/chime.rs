//! The sound of a request to intervene: two tones, made from sines, no file.
//!
//! A third upwards (880 and 1109 Hz), every two seconds, and after the escalation (UN R157 §5.4.3.2) every
//! second, faster and with three tones. Sounds only while the run plays near real time, and only if the
//! settings allow it.

use shakedown::automation::feature::ESCALATION_S;

/// Samples a second.
pub const RATE_HZ: u32 = 44_100;
/// Between two chimes before the escalation, s.
const CALM_S: f64 = 2.0;
/// Between two chimes after it, s.
const URGENT_S: f64 = 1.0;
/// Chimes are silent when time runs faster than this: they would only rattle.
pub const PACE_MAX: f64 = 4.0;

/// Number of the chime that is due so long after the request.
pub fn beat(since_s: f64) -> u32 {
    let since_s = since_s.max(0.0);
    if since_s < ESCALATION_S {
        (since_s / CALM_S) as u32
    } else {
        (ESCALATION_S / CALM_S) as u32 + ((since_s - ESCALATION_S) / URGENT_S) as u32
    }
}

/// How a chime sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// Before the escalation.
    Calm,
    /// After it.
    Urgent,
}

/// Samples of a chime, one channel at [`RATE_HZ`], in [-1, 1].
pub fn samples(urgency: Urgency) -> Vec<f32> {
    let (tones, length_s): (&[f32], f32) = match urgency {
        Urgency::Calm => (&[880.0, 1108.7], 0.34),
        Urgency::Urgent => (&[1108.7, 1396.9, 1108.7], 0.17),
    };
    let rate = RATE_HZ as f32;
    let mut out = Vec::new();
    for tone in tones {
        let count = (length_s * rate) as usize;
        for i in 0..count {
            let t = i as f32 / rate;
            // A soft attack and a bell's decay: no clicks at either end.
            let attack = (t / 0.008).min(1.0);
            let release = ((length_s - t) / 0.03).clamp(0.0, 1.0);
            let decay = (-t * 5.0 / length_s).exp() * 0.75 + 0.25;
            let phase = core::f32::consts::TAU * tone * t;
            let bell = phase.sin() + 0.28 * (2.0 * phase).sin() + 0.12 * (3.0 * phase).sin();
            out.push(0.42 * bell * attack * release * decay);
        }
    }
    out
}

#[cfg(feature = "audio")]
mod play {
    use super::*;
    use crate::session::Session;
    use crate::settings::Settings;
    use crate::stage::Stage;
    use bevy::audio::{AddAudioSource, ChannelCount, Decodable, SampleRate, Source};
    use bevy::prelude::*;
    use core::num::NonZero;
    use core::time::Duration;
    use std::sync::Arc;

    /// A chime as an asset.
    #[derive(Asset, TypePath, Clone)]
    struct Chime(Arc<[f32]>);

    /// Plays a chime's samples.
    struct ChimeDecoder {
        samples: Arc<[f32]>,
        at: usize,
    }

    impl Iterator for ChimeDecoder {
        type Item = f32;
        fn next(&mut self) -> Option<f32> {
            let sample = self.samples.get(self.at).copied();
            self.at += 1;
            sample
        }
    }

    impl Source for ChimeDecoder {
        fn current_span_len(&self) -> Option<usize> {
            None
        }
        fn channels(&self) -> ChannelCount {
            NonZero::<u16>::MIN
        }
        fn sample_rate(&self) -> SampleRate {
            NonZero::new(RATE_HZ).unwrap_or(NonZero::<u32>::MIN)
        }
        fn total_duration(&self) -> Option<Duration> {
            Some(Duration::from_secs_f64(self.samples.len() as f64 / f64::from(RATE_HZ)))
        }
    }

    impl Decodable for Chime {
        type Decoder = ChimeDecoder;
        fn decoder(&self) -> ChimeDecoder {
            ChimeDecoder { samples: self.0.clone(), at: 0 }
        }
    }

    /// Both chimes, and the last one that sounded.
    #[derive(Resource)]
    struct Chimes {
        calm: Handle<Chime>,
        urgent: Handle<Chime>,
        last: Option<(u64, u32)>,
    }

    /// Adds the sound, where there is an audio device layer at all.
    pub fn plugin(app: &mut App) {
        if !app.is_plugin_added::<bevy::audio::AudioPlugin>() {
            return;
        }
        app.add_audio_source::<Chime>();
        let mut assets = app.world_mut().resource_mut::<Assets<Chime>>();
        let chimes = Chimes {
            calm: assets.add(Chime(samples(Urgency::Calm).into())),
            urgent: assets.add(Chime(samples(Urgency::Urgent).into())),
            last: None,
        };
        app.insert_resource(chimes);
        app.add_systems(Update, ring.run_if(resource_exists::<Stage>).run_if(resource_exists::<Session>));
    }

    fn ring(
        stage: Res<Stage>,
        session: Res<Session>,
        settings: Option<Res<Settings>>,
        mut chimes: ResMut<Chimes>,
        mut commands: Commands,
    ) {
        let shown_s = stage.time_s();
        let state = stage.shot().automation.as_ref();
        let Some(request) = state.and_then(|s| super::super::request::pending(s, shown_s, &session.events))
        else {
            chimes.last = None;
            return;
        };
        let since = state.and_then(|s| s.request_since).map_or(0, |t| t.0);
        let due = (since, beat(request.since_s));
        let silent = settings.is_some_and(|s| !s.sound) || !session.playing || session.pace > PACE_MAX;
        if chimes.last == Some(due) || silent {
            return;
        }
        chimes.last = Some(due);
        let chime = if request.escalated() { &chimes.urgent } else { &chimes.calm };
        commands.spawn((AudioPlayer(chime.clone()), PlaybackSettings::DESPAWN));
    }
}

#[cfg(feature = "audio")]
pub use play::plugin;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chimes_come_twice_as_often_after_the_escalation() {
        let chimes = |from: f64, to: f64| beat(to) - beat(from);
        assert_eq!(beat(0.0), 0);
        assert_eq!(chimes(0.0, 3.99), 1);
        assert_eq!(chimes(0.0, 4.0), 2);
        assert_eq!(chimes(4.0, 9.9), 5);
        let mut last = 0;
        for i in 0..1000 {
            let now = beat(f64::from(i) * 0.01);
            assert!(now == last || now == last + 1);
            last = now;
        }
    }

    #[test]
    fn the_sound_is_clean() {
        for urgency in [Urgency::Calm, Urgency::Urgent] {
            let samples = samples(urgency);
            let peak = samples.iter().fold(0.0_f32, |a, b| a.max(b.abs()));
            assert!((0.3..=0.8).contains(&peak), "{urgency:?}: peak {peak}");
            let energy: f32 = samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
            assert!(energy > 0.005, "{urgency:?} can be heard: {energy}");
            let mean: f32 = samples.iter().sum::<f32>() / samples.len() as f32;
            assert!(mean.abs() < 0.01, "no offset: {mean}");
            assert!(samples[0].abs() < 0.01 && samples[samples.len() - 1].abs() < 0.02, "no clicks");
        }
        assert!(samples(Urgency::Urgent).len() < (URGENT_S * f64::from(RATE_HZ)) as usize);
    }
}
