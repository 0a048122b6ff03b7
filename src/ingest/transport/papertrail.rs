//! Papertrail's archives: ten fields with tabs between them, no header.
//!
//! Source: help.papertrailapp.com "Permanent log archives"; formats.md §6. One real line:
//!
//! ```text
//! 1724589020754612224⇥2025-07-04T01:31:38⇥2025-07-04T01:31:38Z⇥505641143⇥portal⇥54.144.85.82⇥Local7⇥Info⇥app/worker.1⇥pid=4 tid=2tc INFO: start
//! ```
//!
//! ```text
//! line = id TAB generated TAB received TAB source-id TAB source TAB ip TAB facility TAB severity TAB program TAB message
//! ```
//!
//! A message may hold tabs. Of the two times the first is the sender's; where it names no zone it
//! has that of the second.

use std::borrow::Cow;

use crate::ingest::time;
use crate::ingest::time::RawZone;
use crate::ingest::transport::Peeled;
use crate::ingest::transport::Transport;

#[derive(Debug)]
pub(super) struct Papertrail;

impl Transport for Papertrail {
    fn name(&self) -> &'static str {
        "papertrail"
    }

    fn example(&self) -> &'static str {
        "1724589020754612224⇥2025-07-04T01:31:38⇥…⇥Info⇥app/worker.1⇥pid=4 tid=2tc INFO: start"
    }

    fn peel<'a>(&self, line: &'a [u8]) -> Option<Peeled<'a>> {
        let first = memchr::memchr(b'\t', line)?;
        if first == 0 || !line[..first].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let fields: Vec<&[u8]> = line.splitn(10, |byte| *byte == b'\t').collect();
        let [_, generated, received, _, source, _, _, _, program, message] = fields[..] else {
            return None;
        };
        let stamp = time::whole(generated)?.or_zone(RawZone::Utc);
        time::whole(received)?;
        // One system may send for many dynos; only the program tells these apart.
        let host = if memchr::memchr(b'/', program).is_some() { program } else { source };
        Some(Peeled::text(message).at(Some(stamp)).on(Some(Cow::Borrowed(host))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Content;

    #[test]
    fn the_message_keeps_its_tabs() {
        let line = b"17\t2025-07-04T01:31:38\t2025-07-04T01:31:38Z\t5\tp\t1.2.3.4\tLocal7\tInfo\tapp/worker.1\ta\tb";
        let peeled = Papertrail.peel(line).expect("a line");
        assert_eq!(peeled.inner, Content::line(b"a\tb"));
        assert_eq!(peeled.stamp, time::whole(b"2025-07-04T01:31:38Z"));
        let legacy = b"17\t2011-02-10 00:19:36 -0800\t2011-02-10 00:19:37 -0800\t5\tp\t1.2.3.4\tLocal7\tInfo\tcron\tx";
        let peeled = Papertrail.peel(legacy).expect("a line");
        assert_eq!(peeled.stamp, time::whole(b"2011-02-10 00:19:36 -0800"));
        assert_eq!(peeled.host.as_deref(), Some(&b"p"[..]));
    }

    #[test]
    fn other_tables_are_left_alone() {
        for line in
            ["1\tTherapist\t48213\tupdate\t1042\tx\t2025-06-28 15:02:11", "a\tb", "17\t2025", ""]
        {
            assert_eq!(Papertrail.peel(line.as_bytes()), None, "{line}");
        }
    }
}
