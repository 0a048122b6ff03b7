//! Rows of events laid into the columns of `credtrail/events/1`, one column after the other.

use std::borrow::Cow;

use crate::frame::Rows;
use crate::frame::table::is_same;
use crate::frame::told;
use crate::frame::told::Telling;
use crate::frame::value::Value;
use crate::model::JobId;
use crate::model::Mark;
use crate::model::Stamp;
use crate::model::TherapistId;

/// One row.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) shown: Telling<'a>,
    pub(super) place: Option<usize>,
    pub(super) run: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    /// A row without a number is of a line that is not kept.
    pub(super) line: Option<u64>,
    pub(super) offset: u64,
    pub(super) text: Cow<'a, str>,
    pub(super) lines: usize,
    pub(super) also: Option<String>,
    pub(super) said: Option<Cow<'static, str>>,
    pub(super) bytes: Option<String>,
    pub(super) about: Option<String>,
}

impl<'a> Row<'a> {
    fn whose(&self) -> Option<&'a str> {
        self.shown.therapist.map(TherapistId::as_str)
    }

    /// One of the marks of its line.
    fn mark(&self, text: fn(&Mark) -> Option<&str>) -> Value<'a> {
        Value::text(self.shown.mark.and_then(text))
    }

    fn stamp<T>(&self, of: fn(Stamp) -> T) -> Option<T> {
        self.shown.stamp.map(of)
    }
}

/// Lays rows behind those that are there, in the order of the schema.
pub(super) fn lay(to: &mut Rows, rows: &[Row<'_>]) {
    let marked = rows.chunk_by(|one, other| one.shown.shares_mark(&other.shown));
    let marked: Vec<&[Row<'_>]> = marked.collect();
    let marked = || marked.iter().copied();
    let what: Vec<_> = rows.iter().map(|row| row.shown.kind.what()).collect();
    let mut fill = to.fill(rows.len());
    fill.groups(rows.chunk_by(|one, other| is_same(one.whose(), other.whose())), |row| {
        Value::text(row.whose())
    });
    fill.each(rows, |row| row.place.map_or(Value::Null, Value::count));
    fill.each(rows, |row| Value::instant(row.shown.stamp));
    fill.words(rows, |row| row.stamp(Stamp::precision));
    fill.words(rows, |row| Some(row.shown.kind.name()));
    fill.words(&what, |what| what.field);
    fill.each(&what, |what| Value::text(what.object));
    fill.each(&what, |what| Value::text(what.previous));
    fill.words(&what, |what| what.label);
    fill.words(&what, |what| what.step);
    fill.groups(rows.chunk_by(|one, other| is_same(one.run, other.run)), |row| {
        Value::text(row.run)
    });
    fill.groups(marked(), |row| row.mark(|mark| mark.job.as_ref().map(JobId::as_str)));
    fill.groups(marked(), |row| row.mark(|mark| mark.class.as_deref()));
    fill.groups(marked(), |row| row.mark(|mark| mark.host.as_deref()));
    fill.made(marked(), |row| row.shown.mark?.pid.map(|pid| pid.to_string()));
    fill.groups(marked(), |row| row.mark(|mark| mark.tid.as_deref()));
    fill.groups(marked(), |row| row.mark(|mark| mark.contact.as_deref()));
    fill.words(rows, |row| row.shown.witness.map(told::witness));
    fill.groups(rows.chunk_by(|one, other| is_same(one.source, other.source)), |row| {
        Value::text(row.source)
    });
    fill.each(rows, |row| row.line.map_or(Value::Null, Value::Count));
    fill.each(rows, |row| Value::Count(row.offset));
    fill.each(rows, |row| Value::text(row.line.map(|_| &*row.text)));
    fill.each(rows, |row| Value::count(row.lines));
    fill.each(rows, |row| Value::text(row.also.as_deref()));
    fill.words(rows, |row| row.stamp(|stamp| told::clock(stamp.clock())));
    fill.words(rows, |row| row.stamp(|stamp| told::zone(stamp.zone())));
    fill.each(rows, |row| {
        row.stamp(|stamp| stamp.digits().into()).map_or(Value::Null, Value::Count)
    });
    fill.each(rows, |row| Value::number(row.stamp(Stamp::printed)));
    fill.each(rows, |row| Value::number(row.stamp(Stamp::earliest)));
    fill.each(rows, |row| Value::number(row.stamp(Stamp::until)));
    fill.each(rows, |row| Value::text(row.said.as_deref()));
    fill.each(rows, |row| Value::text(row.bytes.as_deref()));
    fill.each(rows, |row| Value::text(row.about.as_deref()));
    fill.end();
}
