//! The order of chance in which choices are offered with a seed: Park and Miller's numbers, from seeds as JavaRosa takes them.
use sha2::{Digest, Sha256};

const MODULUS: i64 = 2_147_483_647;
const FACTOR: i64 = 16_807;

/// The seed of a text: the number it says; of another text, of its digest.
pub fn seed(text: &str) -> i64 {
    let number = expressions::read_number(text);
    if number.is_nan() && !text.is_empty() {
        return Sha256::digest(text).iter().take(8).fold(0, |seed, byte| seed << 8 | i64::from(*byte));
    }
    number as i64
}

/// In the order of this seed.
pub fn shuffled<T: Copy>(of: &[T], seed: i64) -> Vec<T> {
    let mut state = seed % MODULUS;
    if state <= 0 {
        state += MODULUS - 1;
    }
    let mut order: Vec<T> = Vec::with_capacity(of.len());
    for one in of {
        state = state * FACTOR % MODULUS;
        let place = ((state - 1) as f64 / (MODULUS - 1) as f64 * (order.len() + 1) as f64) as usize;
        order.push(*one);
        let last = order.len() - 1;
        order.swap(place.min(last), last);
    }
    order
}
