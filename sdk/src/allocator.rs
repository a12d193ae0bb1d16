use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A decision lives for one call in a fresh instance, so nothing is ever freed: memory is handed out from a static arena, and
/// behind its end from pages that the linear memory grows by. This saves the code of an allocator and its page faults.
struct Bump;

/// Small enough that a fresh instance stays within the memory which the host keeps resident.
const ARENA: usize = 128 * 1024;
const PAGE: usize = 64 * 1024;

#[repr(align(16))]
struct Arena(UnsafeCell<[u8; ARENA]>);

// SAFETY: the contract's guests have one thread, and the arena is only reached through addresses handed out once.
unsafe impl Sync for Arena {}

static ARENA_BYTES: Arena = Arena(UnsafeCell::new([0; ARENA]));
/// The next free address and the end of what may be handed out. Zero: not yet begun.
static NEXT: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);

// SAFETY: addresses grow and are never handed out twice, except by `realloc` to the owner of the last block.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if NEXT.load(Relaxed) == 0 {
            let start = ARENA_BYTES.0.get() as usize;
            NEXT.store(start, Relaxed);
            END.store(start + ARENA, Relaxed);
        }
        let mask = layout.align() - 1;
        let start = (NEXT.load(Relaxed) + mask) & !mask;
        let Some(end) = start.checked_add(layout.size()) else { return std::ptr::null_mut() };
        if end <= END.load(Relaxed) {
            NEXT.store(end, Relaxed);
            return start as *mut u8;
        }
        // Nobody else grows the memory, so new pages follow each other; the first do not follow the arena.
        let pages = (layout.size() + layout.align()).div_ceil(PAGE);
        let before = core::arch::wasm32::memory_grow::<0>(pages);
        if before == usize::MAX {
            return std::ptr::null_mut();
        }
        let fresh = before * PAGE;
        let start = if fresh == END.load(Relaxed) { start } else { (fresh + mask) & !mask };
        NEXT.store(start + layout.size(), Relaxed);
        END.store(fresh + pages * PAGE, Relaxed);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size <= layout.size() {
            return old;
        }
        // The last block grows where it is: this is how a string that is being written grows.
        let (start, end) = (old as usize, old as usize + layout.size());
        if end == NEXT.load(Relaxed) && start + size <= END.load(Relaxed) {
            NEXT.store(start + size, Relaxed);
            return old;
        }
        // SAFETY: size and alignment come from a valid layout, and the new block is at least as large as the old.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                std::ptr::copy_nonoverlapping(old, new, layout.size());
            }
            new
        }
    }
}

#[global_allocator]
static ALLOCATOR: Bump = Bump;
