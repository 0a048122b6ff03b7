//! Numbers for eyes: `412,889`, `38.1 MB`, `99.9 %`, `1 therapist`.

/// A whole number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length as a number that [`grouped`] takes.
pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A number with its noun, in the plural where it is due: `3,204 lines`.
pub(crate) fn of(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(number))
}

/// Bytes in the largest decimal unit: `386 B`, `38.1 MB`.
pub(crate) fn bytes(number: u64) -> String {
    let units =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    for (unit, name) in units {
        if number >= unit {
            let tenths = number / (unit / 10);
            return format!("{}.{} {name}", grouped(tenths / 10), tenths % 10);
        }
    }
    format!("{number} B")
}

/// A share in percent, cut and never rounded up: 99.96 % must not read as all.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
pub(crate) fn percent(share: f64) -> String {
    // The small push keeps 0.999 from reading as 99.8, since no binary fraction is 0.999.
    let tenths = (share * 1000.0 + 1e-6).clamp(0.0, 1000.0) as u32;
    match tenths {
        1000 => "100 %".to_owned(),
        _ => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(412_889), "412,889");
        assert_eq!(of(1, "line"), "1 line");
        assert_eq!(of(0, "line"), "0 lines");
        assert_eq!(bytes(386), "386 B");
        assert_eq!(bytes(38_190_000), "38.1 MB");
    }

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.999), "99.9 %");
        assert_eq!(percent(0.999_96), "99.9 %");
        assert_eq!(percent(f64::NAN), "0.0 %");
    }
}
