//! Random bits from the system.

use std::hash::{BuildHasher, RandomState};

/// Returns 128 random bits. Never fails.
// Std keys the hash of its maps with 128 random bits from the system in each thread, and gives every new
// state a different key. The process and the time are for copies of a process.
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
#[cold]
#[inline(never)]
pub(super) fn random_bits() -> [u64; 2] {
    use std::time::SystemTime;

    let state = RandomState::new();
    // On WASI, std panics if asked for the process id.
    let process = cfg!(any(unix, windows)).then(std::process::id);
    let place = (process, SystemTime::now());
    [0_u8, 1].map(|half| state.hash_one((half, place)))
}

/// Returns 128 random bits. Never fails: without the Web Crypto API, `Math.random` has to do.
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
#[cold]
#[inline(never)]
pub(super) fn random_bits() -> [u64; 2] {
    let [a, b, c, d] = from_crypto().unwrap_or_else(|| {
        // Std has no randomness here, so this only mixes the bits.
        [(); 4].map(|()| {
            let number = js_sys::Math::random().to_bits();
            (RandomState::new().hash_one(number) >> 32) as u32
        })
    });
    [[a, b], [c, d]].map(|[high, low]| u64::from(high) << 32 | u64::from(low))
}

#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
fn from_crypto() -> Option<[u32; 4]> {
    use js_sys::{Function, Reflect, Uint32Array, global};
    use wasm_bindgen::{JsCast, JsValue};

    let crypto = Reflect::get(&global(), &JsValue::from("crypto")).ok()?;
    let fill = Reflect::get(&crypto, &JsValue::from("getRandomValues")).ok()?;
    let numbers = Uint32Array::new_with_length(4);
    fill.dyn_into::<Function>().ok()?.call1(&crypto, &numbers).ok()?;
    Some([0, 1, 2, 3].map(|index| numbers.get_index(index)))
}
