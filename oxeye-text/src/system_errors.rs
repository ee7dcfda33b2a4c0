//! Why the operating system could not do something, without the numbers that it gives its errors.

use std::io;

use crate::Text;

/// What stands before the number of an error in the text that Rust makes of it.
const NUMBER: &str = " (os error ";

impl Text {
    /// Says why something could not be read, written or reached.
    #[must_use]
    pub fn system_error(self, error: &io::Error) -> String {
        use io::ErrorKind as Kind;
        if error.get_ref().is_some() {
            // It has a sentence of its own.
            return error.to_string();
        }
        match error.kind() {
            Kind::NotFound => self.system_not_found(),
            Kind::PermissionDenied => self.system_permission_denied(),
            Kind::AlreadyExists => self.system_already_exists(),
            Kind::IsADirectory => self.system_is_folder(),
            Kind::NotADirectory => self.system_not_a_folder(),
            Kind::StorageFull | Kind::QuotaExceeded => self.system_disk_full(),
            Kind::ReadOnlyFilesystem => self.system_read_only(),
            Kind::ConnectionRefused => self.system_refused(),
            Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
                self.system_closed()
            }
            Kind::TimedOut => self.system_timed_out(),
            Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => {
                self.system_unreachable()
            }
            Kind::AddrNotAvailable => self.system_address_elsewhere(),
            _ => without_error_numbers(&error.to_string()),
        }
    }
}

/// Leaves out the numbers of the operating system's errors, such as `(os error 111)`.
#[must_use]
pub fn without_error_numbers(text: &str) -> String {
    let mut parts = text.split(NUMBER);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        match rest.strip_prefix(')') {
            Some(rest) if rest.len() + 1 < part.len() => shown.push_str(rest),
            _ => {
                shown.push_str(NUMBER);
                shown.push_str(part);
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Locale;

    #[track_caller]
    fn check(error: &io::Error, english: &str, german: &str) {
        assert_eq!(Text::of(Locale::English).system_error(error), english);
        assert_eq!(Text::of(Locale::German).system_error(error), german);
    }

    #[test]
    fn an_error_of_the_system_is_said_in_words() {
        check(
            &std::fs::read("/no/such/file").unwrap_err(),
            "there is no such file or folder",
            "diese Datei oder diesen Ordner gibt es nicht",
        );
        check(
            &io::Error::from_raw_os_error(111),
            "the connection was refused",
            "die Verbindung wurde abgelehnt",
        );
        check(
            &io::Error::from_raw_os_error(28),
            "the disk is full",
            "der Datenträger ist voll",
        );
    }

    #[test]
    fn what_says_more_than_its_kind_keeps_its_words() {
        let error = io::Error::new(io::ErrorKind::NotFound, "it holds no fonts");
        check(&error, "it holds no fonts", "it holds no fonts");
        check(
            &io::Error::from_raw_os_error(24),
            "Too many open files",
            "Too many open files",
        );
    }

    #[test]
    fn only_the_numbers_of_errors_are_left_out() {
        for (text, shown) in [
            (
                "cannot open a: no (os error 2); try b",
                "cannot open a: no; try b",
            ),
            ("no (os error 2): no (os error 13)", "no: no"),
            ("a (os error x) b", "a (os error x) b"),
            ("a (os error ) b", "a (os error ) b"),
            ("(os error 2", "(os error 2"),
        ] {
            assert_eq!(without_error_numbers(text), shown);
        }
    }
}
