//! All runs of the example.

use retry_kit::testing::OutageRun;

use crate::collapse::{self, STRATEGIES};
use crate::contention::{self, CONTENDERS, Contest};
use crate::herd::{self, KINDS};
use crate::{pictures, tables};

pub struct Results {
    contention: Vec<Vec<Contest>>,
    collapse: Vec<[OutageRun; 3]>,
    after_failure: Vec<OutageRun>,
    after_hint: Vec<[OutageRun; 2]>,
}

impl Results {
    /// Simulates everything, which takes seconds.
    pub fn new() -> Self {
        let shapes = |strategy| tables::SHAPES.map(|shape| collapse::run(strategy, shape));
        let pauses = |policy| [false, true].map(|has_pause| herd::after_hint(policy, has_pause));
        Self {
            contention: CONTENDERS.iter().map(contention::contests).collect(),
            collapse: STRATEGIES.iter().map(shapes).collect(),
            after_failure: KINDS
                .iter()
                .map(|kind| herd::after_failure(kind.policy, false))
                .collect(),
            after_hint: KINDS.iter().map(|kind| pauses(kind.policy)).collect(),
        }
    }

    /// The numbers, a table for each subject.
    pub fn tables(&self) -> [String; 3] {
        [
            tables::contention(&self.contention),
            tables::collapse(&self.collapse),
            tables::herd(&self.after_failure, &self.after_hint),
        ]
    }

    /// The pictures, by the names of their files.
    ///
    /// # Errors
    ///
    /// A message, if a picture cannot be drawn.
    pub fn pictures(&self) -> Result<[(&'static str, String); 4], String> {
        Ok([
            ("contention", pictures::contention(&self.contention)?),
            ("collapse", pictures::collapse(&self.collapse)?),
            ("after_failure", pictures::after_failure(&self.after_failure)?),
            ("after_hint", pictures::after_hint(&self.after_hint)?),
        ])
    }
}
