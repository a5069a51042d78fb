//! Tools of ours for the repository: code generation and tidiness; never linked into the product.

fn main() {}
