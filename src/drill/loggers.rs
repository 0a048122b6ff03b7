//! Loggers: a line in the words of each. One entry per logger that can carry all that a history
//! tells, under the name by which it is read. Grammars: docs/formats.md.

use std::fmt::Write as _;

use crate::drill::line::Line;
use crate::drill::line::Says;

/// One way to write lines.
pub trait Logger: Sync {
    /// The name, as in `credtrail formats`.
    fn name(&self) -> &'static str;
    /// Whether its lines name the job; where they do not, runs have to be inferred.
    fn names_jobs(&self) -> bool {
        true
    }
    /// Writes a line, without its end.
    fn write(&self, out: &mut String, line: &Line<'_>);
}

/// All that can be written.
pub const LOGGERS: &[&dyn Logger] = &[
    &SidekiqText,
    &SidekiqJson,
    &RubyLogger,
    &SemanticText,
    &SemanticJson,
    &SemanticLogfmt,
    &Ougai,
    &Logstash,
    &Json,
    &Logfmt,
    &Bare,
];

/// The logger of a name.
pub fn find(name: &str) -> Option<&'static dyn Logger> {
    LOGGERS.iter().copied().find(|logger| logger.name() == name)
}

/// Writing to a String cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {{
        let _ = write!($out, $($text)*);
    }};
}

struct SidekiqText;

impl Logger for SidekiqText {
    fn name(&self) -> &'static str {
        "sidekiq-text"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "{}Z pid={} tid={} ", line.stamp('T'), line.pid, line.tid);
        put!(out, "class={} jid={}", line.class, line.jid);
        if let Some(elapsed) = line.elapsed() {
            put!(out, " elapsed={elapsed}");
        }
        put!(out, " INFO: {}", line.words());
    }
}

struct SidekiqJson;

impl Logger for SidekiqJson {
    fn name(&self) -> &'static str {
        "sidekiq-json"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "{{\"ts\":\"{}Z\",\"pid\":{},", line.stamp('T'), line.pid);
        put!(out, "\"tid\":\"{}\",\"lvl\":\"INFO\",\"msg\":{},", line.tid, line.json());
        put!(out, "\"ctx\":{{\"class\":\"{}\",\"jid\":\"{}\"", line.class, line.jid);
        if let Some(elapsed) = line.elapsed() {
            put!(out, ",\"elapsed\":{elapsed}");
        }
        out.push_str("}}");
    }
}

struct RubyLogger;

impl Logger for RubyLogger {
    fn name(&self) -> &'static str {
        "ruby-logger"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "I, [{} #{}]  INFO -- : ", line.stamp('T'), line.pid);
        let job = line.uuid();
        put!(out, "[ActiveJob] [{}] [{job}] ", line.class);
        let named = format!("{} (Job ID: {job}) from Sidekiq(default)", line.class);
        match line.says {
            Says::Start => put!(out, "Performing {named}"),
            Says::Done(ms) => put!(out, "Performed {named} in {ms}.0ms"),
            Says::Fail(ms) => put!(out, "Error performing {named} in {ms}.0ms: ApiError (429):"),
            Says::Message(message) => out.push_str(message),
        }
    }
}

/// How semantic_logger words the life of a run.
fn perform(line: &Line<'_>) -> String {
    match line.says {
        Says::Start => "Start #perform".to_owned(),
        Says::Done(_) => "Completed #perform".to_owned(),
        Says::Fail(_) => "Completed #perform -- Exception: ApiError: 429".to_owned(),
        Says::Message(message) => message.to_owned(),
    }
}

struct SemanticText;

impl Logger for SemanticText {
    fn name(&self) -> &'static str {
        "semantic-text"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        let level = if matches!(line.says, Says::Fail(_)) { 'E' } else { 'I' };
        put!(out, "{} {level} ", line.stamp(' '));
        put!(out, "[{}:sidekiq.default/processor-{}] ", line.pid, line.tid);
        put!(out, "{{jid: {}, class: {}, queue: default}} ", line.jid, line.class);
        if let Some(elapsed) = line.elapsed() {
            put!(out, "({elapsed}s) ");
        }
        put!(out, "{} -- {}", line.class, perform(line));
    }
}

struct SemanticJson;

impl Logger for SemanticJson {
    fn name(&self) -> &'static str {
        "semantic-json"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        let (level, index) =
            if matches!(line.says, Says::Fail(_)) { ("error", 4) } else { ("info", 2) };
        put!(out, "{{\"host\":\"worker-{}\",\"application\":\"therapist-portal\",", line.host);
        put!(out, "\"timestamp\":\"{}Z\",\"level\":\"{level}\",", line.stamp('T'));
        put!(out, "\"level_index\":{index},\"pid\":{},", line.pid);
        put!(out, "\"thread\":\"sidekiq.default/processor-{}\",", line.tid);
        put!(out, "\"named_tags\":{{\"jid\":\"{}\",\"class\":\"{}\",", line.jid, line.class);
        put!(out, "\"queue\":\"default\"}},\"name\":\"{}\",", line.class);
        match line.says {
            Says::Fail(ms) => {
                put!(out, "\"message\":\"Completed #perform\",\"duration_ms\":{ms}.0,");
                out.push_str("\"exception\":{\"name\":\"ApiError\",\"message\":\"429\"}}");
            }
            Says::Start | Says::Done(_) => {
                put!(out, "\"message\":\"{}\"}}", perform(line));
            }
            Says::Message(_) => {
                put!(out, "\"message\":{}}}", line.json());
            }
        }
    }
}

struct SemanticLogfmt;

impl Logger for SemanticLogfmt {
    fn name(&self) -> &'static str {
        "semantic-logfmt"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        // Of a failure it keeps only what was raised.
        let (level, name, tag) = match line.says {
            Says::Fail(_) => ("error", "ApiError", "exception"),
            Says::Start | Says::Done(_) | Says::Message(_) => ("info", line.class, "success"),
        };
        let message = match line.says {
            Says::Start => "\"Start #perform\"".to_owned(),
            Says::Done(_) => "\"Completed #perform\"".to_owned(),
            Says::Fail(_) => "\"429\"".to_owned(),
            Says::Message(_) => line.json(),
        };
        put!(out, "timestamp=\"{}Z\" level=\"{level}\" ", line.stamp('T'));
        put!(out, "name=\"{name}\" message={message} ");
        if let Says::Done(ms) | Says::Fail(ms) = line.says {
            put!(out, "duration=\"{ms}.0ms\" duration_ms={ms}.0 ");
        }
        put!(out, "tag=\"{tag}\" ");
        put!(out, "jid=\"{}\" class=\"{}\" queue=\"default\"", line.jid, line.class);
    }
}

struct Ougai;

impl Logger for Ougai {
    fn name(&self) -> &'static str {
        "ougai"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "{{\"name\":\"therapist-portal\",\"hostname\":\"worker-{}\",", line.host);
        put!(out, "\"pid\":{},\"level\":30,\"time\":\"{}+00:00\",", line.pid, line.stamp('T'));
        put!(out, "\"v\":0,\"msg\":{},\"class\":\"{}\",", line.json(), line.class);
        put!(out, "\"jid\":\"{}\",\"tid\":\"{}\"", line.jid, line.tid);
        if let Some(elapsed) = line.elapsed() {
            put!(out, ",\"elapsed\":{elapsed}");
        }
        out.push('}');
    }
}

struct Logstash;

impl Logger for Logstash {
    fn name(&self) -> &'static str {
        "logstash"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "{{\"@timestamp\":\"{}+00:00\",\"message\":{},", line.stamp('T'), line.json());
        put!(out, "\"@version\":\"1\",\"severity\":\"INFO\",");
        put!(out, "\"host\":{{\"hostname\":\"worker-{}\"}},", line.host);
        put!(out, "\"tags\":[\"ActiveJob\",\"{}\",\"{}\"]}}", line.class, line.jid);
    }
}

struct Json;

impl Logger for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "{{\"time\":\"{}Z\",\"level\":\"info\",", line.stamp('T'));
        put!(out, "\"class\":\"{}\",\"jid\":\"{}\",\"msg\":{}", line.class, line.jid, line.json());
        if let Some(elapsed) = line.elapsed() {
            put!(out, ",\"elapsed\":{elapsed}");
        }
        out.push('}');
    }
}

struct Logfmt;

impl Logger for Logfmt {
    fn name(&self) -> &'static str {
        "logfmt"
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "ts={}Z level=info host=worker-{} ", line.stamp('T'), line.host);
        put!(out, "class={} jid={} ", line.class, line.jid);
        match line.says {
            Says::Message(_) => {
                put!(out, "msg={}", line.json());
            }
            Says::Start | Says::Done(_) | Says::Fail(_) => {
                put!(out, "msg={}", line.words());
            }
        }
        if let Some(elapsed) = line.elapsed() {
            put!(out, " elapsed={elapsed}");
        }
    }
}

struct Bare;

impl Logger for Bare {
    fn name(&self) -> &'static str {
        "bare"
    }

    fn names_jobs(&self) -> bool {
        false
    }

    fn write(&self, out: &mut String, line: &Line<'_>) {
        put!(out, "{} [INFO] {}", line.stamp(' '), line.words());
    }
}
