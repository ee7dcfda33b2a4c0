//! Draws the chart of the players over time, for Discord and for the web.

use std::sync::Arc;

use oxeye_render::{ChartPicture, ChartStep, ChartWords, chart_png, chart_svg};

use crate::database::Database;
use crate::record::chart::{ChartPoint, PlayerChart};
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
        let chart = chart.clone();
        let turn = self.inner.memory.pictures.charts.acquire().await;
        let drawn = self.compute(move |database| {
            let steps = steps(&chart);
            chart_png(&database.inner.fonts, &picture(&chart, &steps, &words))
        });
        let drawn = drawn.await;
        drop(turn);
        Ok(Some(drawn?.into()))
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
        words,
    }
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
