//! Windows: from when to when a test of the board held.

use hashbrown::HashSet;

use crate::model::Certainty;
use crate::model::ObjectId;
use crate::timeline::Board;
use crate::timeline::Timeline;

/// What a test of the board says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It does not hold in any reading.
    No,
    /// It holds in some readings, for these objects.
    Possible(Vec<ObjectId>),
    /// It holds in every reading, for these objects.
    Certain(Vec<ObjectId>),
}

/// A stretch of a timeline in which a test held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The event that opened it.
    pub opened: usize,
    /// The event that closed it; `None` while it lasts.
    pub closed: Option<usize>,
    /// Whether it held in every reading.
    pub certainty: Certainty,
    /// The objects, in the order they came in.
    pub objects: Vec<ObjectId>,
}

/// Finds the windows of a test. A possible window that becomes certain begins where it does; a
/// certain one that falls into doubt ends there, and what may go on is a window of its own.
pub fn windows(timeline: &Timeline, test: impl FnMut(&Board) -> Truth) -> Vec<Window> {
    windows_over(timeline.boards.iter().enumerate(), test)
}

/// Finds the windows of a test on some boards: those on which what it tests can have changed.
pub fn windows_over<'b>(
    boards: impl Iterator<Item = (usize, &'b Board)>,
    mut test: impl FnMut(&Board) -> Truth,
) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let mut is_open = false;
    let mut present: Vec<ObjectId> = Vec::new();
    // The objects of the window that is open.
    let mut known: HashSet<ObjectId> = HashSet::new();
    for (at, board) in boards {
        let (certainty, objects) = match test(board) {
            Truth::No => {
                if is_open && let Some(window) = windows.last_mut() {
                    window.closed = Some(at);
                }
                is_open = false;
                continue;
            }
            Truth::Possible(objects) => (Certainty::Possible, objects),
            Truth::Certain(objects) => (Certainty::Certain, objects),
        };
        present.clone_from(&objects);
        match windows.last_mut().filter(|_| is_open) {
            Some(window) if certainty > window.certainty => {
                known = objects.iter().cloned().collect();
                (window.opened, window.certainty, window.objects) = (at, certainty, objects);
            }
            Some(window) if certainty == window.certainty => {
                let new = objects.into_iter().filter(|object| known.insert(object.clone()));
                window.objects.extend(new);
            }
            open => {
                if let Some(window) = open {
                    window.closed = Some(at);
                }
                known = objects.iter().cloned().collect();
                windows.push(Window { opened: at, closed: None, certainty, objects });
            }
        }
        is_open = true;
    }
    // What still holds, holds for the objects of now.
    if let Some(window) = windows.last_mut().filter(|_| is_open) {
        let present: HashSet<ObjectId> = present.into_iter().collect();
        window.objects.retain(|object| present.contains(object));
    }
    windows
}
