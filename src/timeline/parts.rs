//! Parts of all events of a log, each looked at or worked on by a thread of its own: a pass over
//! millions of events costs what memory does.

use std::panic::resume_unwind;
use std::thread;

/// Items below which another thread costs more than it brings.
const WORTH_A_THREAD: usize = 1 << 14;

/// How many threads so many items are worth.
pub(super) fn worth(items: usize, threads: usize) -> usize {
    threads.clamp(1, items / WORTH_A_THREAD + 1)
}

/// How many items one thread takes.
pub(super) fn share(items: usize, threads: usize) -> usize {
    items.div_ceil(worth(items, threads)).max(1)
}

/// What is found in each part of the items, part by part. Each part begins with the last item of the
/// part before: what is asked of neighbours is asked of all neighbours.
pub(super) fn each<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    ask: impl Fn(&[T]) -> R + Sync,
) -> Vec<R> {
    let share = share(items.len(), threads);
    let parts = (0..items.len()).step_by(share);
    let parts = parts.map(|at| &items[at.saturating_sub(1)..items.len().min(at + share)]);
    let ask = &ask;
    at_once(parts.map(|part| move || ask(part)))
}

/// What several threads find, in the order of their works; the first work is the caller's own.
pub(super) fn at_once<R: Send, F>(mut works: impl Iterator<Item = F>) -> Vec<R>
where
    F: FnOnce() -> R + Send,
{
    let own = works.next();
    thread::scope(|scope| {
        let others: Vec<_> = works.map(|work| scope.spawn(work)).collect();
        let mut found: Vec<R> = own.into_iter().map(|work| work()).collect();
        for other in others {
            found.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_asked_across_parts() {
        let mut items: Vec<usize> = (0..3 * WORTH_A_THREAD).collect();
        let all = |items: &[usize], threads| {
            each(items, threads, <[usize]>::is_sorted).into_iter().all(|is_sorted| is_sorted)
        };
        for threads in [1, 2, 3, 8] {
            assert!(all(&items, threads));
        }
        for at in [WORTH_A_THREAD, 3 * WORTH_A_THREAD / 2, 3 * WORTH_A_THREAD - 1] {
            items[at] = 0;
            for threads in [1, 2, 3, 8] {
                assert!(!all(&items, threads), "{at} {threads}");
            }
            items[at] = at;
        }
        assert!(each(&items[..0], 2, <[usize]>::len).is_empty());
    }

    #[test]
    fn what_is_found_stands_in_the_order_of_the_works() {
        assert_eq!(at_once((0..9).map(|at| move || at)), (0..9).collect::<Vec<_>>());
    }
}
