//! Moduli made by a library whose primes can be guessed (CVE-2017-15361, "ROCA").

/// Beyond this prime the smallest keys that we take carry no mark.
const PRIME_MAX: u32 = 701;
const GENERATOR: u32 = 65537;

/// Whether `n` carries the mark: modulo every small prime it is a power of 65537. Of
/// other moduli one in 2^167 is that; nearly all fail at the first few primes.
pub(super) fn is_marked(n: &[u8]) -> bool {
    (3..=PRIME_MAX).step_by(2).filter(|number| is_prime(*number)).all(|prime| {
        let residue = n.iter().fold(0, |sum, byte| (sum * 256 + u32::from(*byte)) % prime);
        is_power(residue, prime)
    })
}

/// Whether an odd number is prime.
fn is_prime(number: u32) -> bool {
    (3..)
        .step_by(2)
        .take_while(|divisor| divisor * divisor <= number)
        .all(|divisor| !number.is_multiple_of(divisor))
}

/// Whether `residue` is a power of the generator modulo `prime`.
fn is_power(residue: u32, prime: u32) -> bool {
    let step = GENERATOR % prime;
    std::iter::successors(Some(1), |power| Some(power * step % prime).filter(|next| *next != 1))
        .any(|power| power == residue)
}
