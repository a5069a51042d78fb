//! The user handle: what an authenticator stores beside a passkey to name its user.

use model::{TenantId, UserId};

use super::flaw::PasskeyFlaw;

/// The tenant and the user of a passkey, in 32 bytes (WebAuthn §5.4.3, at most 64). It contains no
/// personal data, as §14.6.1 requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserHandle {
    tenant: TenantId,
    user: UserId,
}

impl UserHandle {
    /// Creates the handle of a user.
    pub const fn new(tenant: TenantId, user: UserId) -> Self {
        Self { tenant, user }
    }

    /// Reads the handle that an authenticator returned. `None` if this service has not created it:
    /// it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (tenant, user) = bytes.split_first_chunk::<16>()?;
        let user = <[u8; 16]>::try_from(user).ok()?;
        Some(Self { tenant: TenantId::from_bytes(*tenant), user: UserId::from_bytes(user) })
    }

    /// Returns the bytes: the tenant id, then the user id.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        let ids = self.tenant.into_bytes().into_iter().chain(self.user.into_bytes());
        bytes.iter_mut().zip(ids).for_each(|(to, from)| *to = from);
        bytes
    }

    /// Returns the user, who must be of this tenant.
    ///
    /// # Errors
    /// The passkey belongs to another tenant of the service.
    pub fn user_of(self, tenant: TenantId) -> Result<UserId, PasskeyFlaw> {
        if self.tenant == tenant {
            return Ok(self.user);
        }
        Err(PasskeyFlaw::OtherTenant { expected: tenant, received: self.tenant })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_handle_names_tenant_and_user() {
        // Writes and reads a handle, and asks for its user at two tenants.
        let (one, other) = (TenantId::from_bytes([1; 16]), TenantId::from_bytes([2; 16]));
        let user = UserId::from_bytes([3; 16]);
        let bytes = UserHandle::new(one, user).to_bytes();
        let handle = UserHandle::from_bytes(&bytes).expect("a handle");
        assert_eq!(handle.user_of(one), Ok(user));
        let flaw = PasskeyFlaw::OtherTenant { expected: other, received: one };
        assert_eq!(handle.user_of(other), Err(flaw));
        for length in [0, 16, 31, 33, 64] {
            assert_eq!(UserHandle::from_bytes(&vec![1; length]), None, "{length}");
        }
    }
}
