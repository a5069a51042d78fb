//! Detects RSA moduli of a library that generated weak primes (ROCA, CVE-2017-15361).

/// The largest prime of the test: larger ones prove nothing for the smallest accepted keys.
const PRIME_MAX: u32 = 701;
const GENERATOR: u32 = 65537;

/// Returns whether `n` has the fingerprint of the library: modulo every small prime it is a power
/// of 65537. One in 2^167 other moduli has it too; nearly all fail at the first few primes.
pub(super) fn is_vulnerable(n: &[u8]) -> bool {
    (3..=PRIME_MAX).step_by(2).filter(|number| is_prime(*number)).all(|prime| {
        let residue = n.iter().fold(0, |sum, byte| (sum * 256 + u32::from(*byte)) % prime);
        is_power(residue, prime)
    })
}

/// Returns whether an odd number is prime.
fn is_prime(number: u32) -> bool {
    (3..)
        .step_by(2)
        .take_while(|divisor| divisor * divisor <= number)
        .all(|divisor| !number.is_multiple_of(divisor))
}

/// Returns whether `residue` is a power of the generator modulo `prime`.
fn is_power(residue: u32, prime: u32) -> bool {
    let step = GENERATOR % prime;
    std::iter::successors(Some(1), |power| Some(power * step % prime).filter(|next| *next != 1))
        .any(|power| power == residue)
}
