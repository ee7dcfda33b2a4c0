//! Draws the chart of the players over time, for Discord and for the web.

use std::sync::Arc;

use oxeye_render::{ChartPicture, ChartStep, ChartWeek, ChartWords, chart_png, chart_svg};

use crate::database::Database;
use crate::drawn::Drawn;
use crate::record::chart::{ChartPoint, PlayerChart};
use crate::record::usual::Usual;
use crate::store::StoreError;

impl Database {
    /// Draws a chart as PNG; `None` if there is nothing to show.
    ///
    /// # Errors
    /// When drawing fails.
    pub async fn chart_picture(
        &self,
        chart: &PlayerChart,
        words: ChartWords,
    ) -> Result<Option<Arc<[u8]>>, StoreError> {
        if !is_known(chart) {
            return Ok(None);
        }
        let steps = steps(chart);
        let week = chart.usual.as_ref().map(|usual| usual.week);
        let best = best(chart);
        let record = chart.record.map(|record| record.players);
        let png = self.drawn_once(
            key(&steps, record, week.as_ref(), &words),
            move |database| {
                let picture = ChartPicture {
                    steps: &steps,
                    record,
                    week: week.as_ref(),
                    best,
                    words: &words,
                };
                chart_png(&database.inner.fonts, &picture)
            },
        );
        png.await.map(Some)
    }
}

impl PlayerChart {
    /// Draws the chart as SVG; `None` if there is nothing to show.
    #[must_use]
    pub fn svg(&self, words: &ChartWords) -> Option<String> {
        let steps = steps(self);
        is_known(self).then(|| chart_svg(&picture(self, &steps, words)))
    }
}

/// Returns everything that a chart shows.
fn key(
    steps: &[ChartStep],
    record: Option<u32>,
    week: Option<&ChartWeek>,
    words: &ChartWords,
) -> Drawn {
    let steps = steps.iter().map(|step| {
        let average = step.average.map(f64::to_bits);
        (step.from, step.to, average, step.peak)
    });
    let week = week.map(|week| {
        let hours = week.iter().flatten();
        hours.map(|hour| hour.map(f64::to_bits)).collect()
    });
    Drawn::Chart(steps.collect(), record, week, words.clone())
}

/// Whether anything is known of the range.
fn is_known(chart: &PlayerChart) -> bool {
    chart.average.is_some()
}

fn picture<'a>(
    chart: &'a PlayerChart,
    steps: &'a [ChartStep],
    words: &'a ChartWords,
) -> ChartPicture<'a> {
    ChartPicture {
        steps,
        record: chart.record.map(|record| record.players),
        week: chart.usual.as_ref().map(|usual| &usual.week),
        best: best(chart),
        words,
    }
}

/// Returns day and hour at which the best time to come on begins. It follows from the week.
fn best(chart: &PlayerChart) -> Option<(usize, usize)> {
    let best = chart.usual.as_ref().and_then(Usual::best);
    best.map(|best| (best.from.day, best.from.hour))
}

fn steps(chart: &PlayerChart) -> Vec<ChartStep> {
    let step = |point: &ChartPoint| ChartStep {
        from: point.span.from.0,
        to: point.span.to.0,
        average: point.average,
        peak: point.peak,
    };
    chart.points.iter().map(step).collect()
}
