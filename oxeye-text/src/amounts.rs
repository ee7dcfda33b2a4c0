//! Numbers with the separators of their language: `2,150.5` or `2.150,5`.

use crate::Text;

impl Text {
    /// Renders an amount with at most two decimals.
    #[must_use]
    pub fn amount(self, amount: f64) -> String {
        let digits = format!("{amount:.2}");
        let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
        let whole = self.locale().grouped(whole);
        match decimals.trim_end_matches('0') {
            "" => whole,
            decimals => format!("{whole}{}{decimals}", self.locale().decimal_point()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    #[track_caller]
    fn check(amount: f64, english: &str, german: &str) {
        assert_eq!(Text::of(Locale::English).amount(amount), english);
        assert_eq!(Text::of(Locale::German).amount(amount), german);
    }

    #[test]
    fn amounts_have_the_separators_of_their_language_and_at_most_two_decimals() {
        check(0.0, "0", "0");
        check(7.0, "7", "7");
        check(150.5, "150.5", "150,5");
        check(2_150.254, "2,150.25", "2.150,25");
        check(0.999, "1", "1");
        check(1e12, "1,000,000,000,000", "1.000.000.000.000");
    }
}
