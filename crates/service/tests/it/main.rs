//! The whole service, in process, over a store in memory: requests in, answers out.

mod authorize;
mod house;
mod token;
