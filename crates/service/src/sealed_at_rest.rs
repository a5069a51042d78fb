//! The values that are sealed at rest: which root key opens them, and their sealing with the
//! current one.

mod authenticators;

use jose::seal::{KeyId, Sealer, key_id_of};
use model::{
    ChangeEvent, DirectoryChange, DirectoryOutcome, Fault, FaultKind, SealedSigningKey, StoredRow,
    Support, Tenant, Webhook,
};
use protocol::context::TenantContext;

use crate::state::Service;

/// Maximum number of values that one transaction seals.
const STEP_MAX: usize = 64;
/// Number of times that a step is decided if other processes change its rows meanwhile.
const ATTEMPTS_MAX: u32 = 8;

/// A kind of values that are sealed at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedKind {
    /// The private key of a signing key.
    SigningKey,
    /// The secret of a webhook.
    WebhookSecret,
    /// The secret of an authenticator app.
    TotpSecret,
}

/// The number of sealed values of one kind and root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedCount {
    /// The kind.
    pub kind: SealedKind,
    /// The root key that sealed them.
    pub key: KeyId,
    /// Their number.
    pub count: u64,
}

impl SealedCount {
    /// Counts a value.
    fn add(counts: &mut Vec<Self>, kind: SealedKind, key: KeyId) {
        match counts.iter_mut().find(|known| (known.kind, known.key) == (kind, key)) {
            Some(known) => known.count += 1,
            None => counts.push(Self { kind, key, count: 1 }),
        }
    }
}

/// A sealed value of a tenant, with the row that contains it. Those of users are in
/// [`authenticators`].
enum SealedValue<'a> {
    SigningKey(&'a SealedSigningKey),
    WebhookSecret(&'a Webhook),
}

impl SealedValue<'_> {
    const fn kind(&self) -> SealedKind {
        match self {
            Self::SigningKey(_) => SealedKind::SigningKey,
            Self::WebhookSecret(_) => SealedKind::WebhookSecret,
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::SigningKey(key) => &key.sealed_private_key,
            Self::WebhookSecret(webhook) => &webhook.sealed_secret,
        }
    }

    const fn sealer<'t>(&self, tenant: &'t TenantContext) -> &'t Sealer {
        match self {
            Self::SigningKey(_) => &tenant.sealers.signing_keys,
            Self::WebhookSecret(_) => &tenant.sealers.webhook_secret,
        }
    }

    /// Returns the name in messages to the operator.
    fn name(&self, tenant: &Tenant) -> String {
        match self {
            Self::SigningKey(key) => format!("key {} of tenant {}", key.kid, tenant.name),
            Self::WebhookSecret(_) => {
                format!("the secret of the webhook of tenant {}", tenant.name)
            }
        }
    }

    /// Seals the value with the current root key.
    fn resealed(&self, tenant: &TenantContext) -> Result<DirectoryChange, Fault> {
        let sealer = self.sealer(tenant);
        let opened = sealer.open_bytes(self.bytes()).map_err(|_| self.not_opened(&tenant.row))?;
        let sealed = sealer.seal_bytes(&opened);
        let sealed = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        Ok(match self {
            Self::SigningKey(key) => DirectoryChange::PutSigningKey(SealedSigningKey {
                sealed_private_key: sealed,
                ..SealedSigningKey::clone(key)
            }),
            Self::WebhookSecret(webhook) => {
                let webhook = Webhook { url: webhook.url.clone(), sealed_secret: sealed };
                let stored = Support::clone(&tenant.row.support);
                let support = Box::new(Support { webhook: Some(webhook), ..stored });
                DirectoryChange::PutTenant(Tenant { support, ..tenant.row.clone() })
            }
        })
    }

    fn not_opened(&self, tenant: &Tenant) -> Fault {
        Fault::from_message(FaultKind::KeyMissing, &self.name(tenant))
    }
}

impl Service {
    /// Checks that a root key opens every value that is sealed at rest. With a wrong root key, the
    /// service must not start: nothing that it sealed could be opened later. The secrets of users
    /// are not read, because they are many: only `admit check` counts them.
    ///
    /// # Errors
    /// No root key opens a value ([`FaultKind::KeyMissing`]), or the store failed.
    pub async fn check_root_key(&self) -> Result<(), Fault> {
        for tenant in self.store.tenants().await? {
            let keys = self.store.signing_keys(tenant.id).await?;
            let tenant = self.tenant_context_of(tenant)?;
            for value in values(&tenant.row, &keys) {
                let opened = value.sealer(&tenant).open_bytes(value.bytes());
                opened.map_err(|_| value.not_opened(&tenant.row))?;
            }
        }
        Ok(())
    }

    /// Counts the values that are sealed at rest, by kind and root key.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sealed_counts(&self) -> Result<Vec<SealedCount>, Fault> {
        let mut counts: Vec<SealedCount> = Vec::new();
        for tenant in self.store.tenants().await? {
            let keys = self.store.signing_keys(tenant.id).await?;
            for value in values(&tenant, &keys) {
                let (kind, key) = (value.kind(), key_id_of(value.bytes()).unwrap_or_default());
                SealedCount::add(&mut counts, kind, key);
            }
            self.count_totp_secrets(tenant.id, &mut counts).await?;
        }
        Ok(counts)
    }

    /// Seals with the current root key what an earlier one has sealed, or a release with another
    /// format. Returns the number of these values.
    ///
    /// Each transaction seals a limited number of values, and only if their rows are as they were
    /// read. So the command may run while the service runs, and continues where it was stopped.
    ///
    /// # Errors
    /// No root key opens a value, the store failed, or other processes change the rows all the
    /// time.
    pub async fn reseal(&self) -> Result<u64, Fault> {
        let mut resealed = 0;
        for tenant in self.store.tenants().await? {
            let mut conflicts = 0;
            loop {
                match self.reseal_step(&tenant).await? {
                    Some(0) => break,
                    Some(count) => resealed += count,
                    None if conflicts == ATTEMPTS_MAX => {
                        let cause = format!("the tenant {} changes all the time", tenant.name);
                        return Err(Fault::from_message(FaultKind::StoreUnavailable, &cause));
                    }
                    None => conflicts += 1,
                }
            }
            let context = self.tenant_context_of(tenant)?;
            resealed += self.reseal_totp_secrets(&context).await?;
        }
        if resealed > 0 {
            let detail = resealed.to_string();
            let event = (ChangeEvent::RESEALED, "admit", detail.as_str());
            self.record_events(vec![ChangeEvent::new(self.now(), None, event)]).await;
        }
        Ok(resealed)
    }

    /// Seals some values of a tenant. Returns their number, or `None` if another process has
    /// changed a row meanwhile.
    async fn reseal_step(&self, tenant: &Tenant) -> Result<Option<u64>, Fault> {
        let id = tenant.id;
        let Some(row) = self.store.tenant(&id.to_string()).await? else { return Ok(Some(0)) };
        let keys = self.store.signing_keys(id).await?;
        let context = self.tenant_context_of(Tenant::clone(&row))?;
        let is_outdated = |it: &SealedValue<'_>| !it.sealer(&context).is_current(it.bytes());
        let outdated = values(&row, &keys).filter(is_outdated).take(STEP_MAX);
        let changes: Vec<DirectoryChange> =
            outdated.map(|value| value.resealed(&context)).collect::<Result<_, _>>()?;
        if changes.is_empty() {
            return Ok(Some(0));
        }
        let count = changes.len() as u64;
        let read = vec![
            StoredRow::Tenant(id, Some(Tenant::clone(&row))),
            StoredRow::SigningKeys(id, Vec::clone(&keys)),
        ];
        Ok(match self.store.apply_if_stored(read, changes).await? {
            DirectoryOutcome::Applied => Some(count),
            DirectoryOutcome::Conflict(_) => None,
        })
    }
}

fn values<'a>(
    tenant: &'a Tenant,
    keys: &'a [SealedSigningKey],
) -> impl Iterator<Item = SealedValue<'a>> {
    let webhook = tenant.support.webhook.iter().map(SealedValue::WebhookSecret);
    keys.iter().map(SealedValue::SigningKey).chain(webhook)
}
