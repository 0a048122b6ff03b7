//! Several threads on one row of work; what comes out stands in the order of what went in.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;

/// Works on each item, with so many threads; `done` sees the results one by one, in the order of
/// the items, on the thread of the caller.
pub(super) fn in_order<T: Send, R: Send>(
    items: impl ExactSizeIterator<Item = T> + Send,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
    mut done: impl FnMut(R),
) {
    let threads = threads.min(items.len());
    if threads < 2 {
        items.for_each(|item| done(work(item)));
        return;
    }
    let items = Mutex::new(items.enumerate());
    // Results may wait for an earlier one; the queue keeps the others from running far ahead.
    let (send, receive) = mpsc::sync_channel(threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            let send = send.clone();
            let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
            let work = &work;
            scope.spawn(move || {
                while let Some((at, item)) = next() {
                    if send.send((at, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (at, result) in receive {
            early.insert(at, result);
            while let Some(result) = early.remove(&wanted) {
                wanted += 1;
                done(result);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            in_order(
                (0..100).collect::<Vec<u64>>().into_iter(),
                threads,
                |n| n * n,
                |n| seen.push(n),
            );
            assert_eq!(seen, (0..100).map(|n| n * n).collect::<Vec<u64>>());
        }
    }
}
